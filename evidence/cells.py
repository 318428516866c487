"""From accepted claims to a cell: the published arithmetic, and nothing else.

Claims are collapsed to one finding per study, comparator class and time band, and
findings are counted. No net score, no percentage, no p value enters. The Methods
page prints these rules as the nine items of SWiM.

Source: Campbell M et al., *Synthesis without meta-analysis (SWiM) in systematic
reviews*, BMJ 2020;368:l6890; Boon MH, Thomson H, *The effect direction plot
revisited*, Res Synth Methods 2021;12:29-33.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from evidence.claims import Claim
from evidence.decisions import Status
from evidence.findings import APART, Finding, Tally, collapse, count, vote_of
from evidence.protocol import Protocol
from evidence.records import Retraction, TextSource
from evidence.types import Draft, Role, Statement, TimeBand
from evidence.vocabulary import ComparatorClass

ARITHMETIC = "1"
"""Version of these rules; another one and every stored cell is counted afresh."""

PUBLISHED = frozenset({TextSource.PUBMED})
"""Whose texts count on a published site."""

DEMONSTRATION = frozenset({TextSource.PUBMED, TextSource.DIGEST})
"""A demonstration also counts the project's own digests, and says so."""


class Emptiness(StrEnum):
    """Why a cell shows no study. Empty is not one thing, and never "ineffective"."""

    NEVER_SEARCHED = "never_searched"
    NONE_FOUND = "none_found"
    AWAITING_REVIEW = "awaiting_review"
    ALL_REJECTED = "all_rejected"
    ONLY_BACKGROUND = "only_background"


class Waiting(StrEnum):
    """Why a claim does not count; the names of a cell's counters."""

    UNREVIEWED = "unreviewed"
    REJECTED = "rejected"
    BACKGROUND = "background"
    WITHDRAWN = "withdrawn"
    RETRACTED = "retracted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One treatment, one domain, one role."""

    treatment: str
    domain: str
    role: Role
    findings: tuple[Finding, ...] = ()
    """Of primary studies, by study, band and comparator class."""
    reviews: tuple[Finding, ...] = ()
    """Of systematic reviews and pooled analyses: apart, never added."""
    listed: tuple[str, ...] = ()
    """Accepted claims that state no countable direction."""
    unreviewed: int = 0
    rejected: int = 0
    background: int = 0
    withdrawn: int = 0
    retracted: int = 0
    last_decision: datetime | None = None

    def select(
        self,
        *,
        target: bool | None = None,
        randomised: bool = False,
        comparator_class: ComparatorClass | None = None,
        band: TimeBand = TimeBand.ACUTE,
    ) -> tuple[Finding, ...]:
        """Return the compared findings that fit; within-group ones only when asked."""
        return tuple(
            f
            for f in self.findings
            if f.band is band
            and (target is None or f.target is target)
            and (not randomised or f.randomised)
            and (
                f.comparator_class is comparator_class
                if comparator_class is not None
                else f.compared
            )
        )

    def tally(
        self,
        *,
        target: bool | None = None,
        randomised: bool = False,
        comparator_class: ComparatorClass | None = None,
        band: TimeBand = TimeBand.ACUTE,
    ) -> Tally:
        """Count studies, each once.

        Without `comparator_class`, a study that found different things against
        different comparators counts as mixed: nothing opposing can hide.
        """
        return count(
            self.select(
                target=target,
                randomised=randomised,
                comparator_class=comparator_class,
                band=band,
            )
        )

    @property
    def has_studies(self) -> bool:
        """Whether anything accepted stands in it at all."""
        return bool(self.findings or self.reviews or self.listed)

    @property
    def participants(self) -> int | None:
        """Participants of the primary studies that state n; None where none does."""
        largest: dict[str, int] = {}
        for f in self.findings:
            if f.n is not None:
                largest[f.study] = max(f.n, largest.get(f.study, 0))
        return sum(largest.values()) or None

    @property
    def newest_year(self) -> int | None:
        """Year of the newest study or review that counts."""
        years = [f.year for f in (*self.findings, *self.reviews) if f.year is not None]
        return max(years, default=None)

    @property
    def claims(self) -> tuple[str, ...]:
        """Every accepted claim that stands in it, in order."""
        ids = [c for f in (*self.findings, *self.reviews) for c in f.claims]
        ids += [c for f in (*self.findings, *self.reviews) for c in f.also]
        ids += [c for f in (*self.findings, *self.reviews) for c in f.differing]
        return tuple(sorted({*ids, *self.listed}))

    def emptiness(self, searched: bool) -> Emptiness | None:
        """Return which kind of empty it is; None where something accepted stands.

        Parameters
        ----------
        searched
            Whether a complete search has asked for this treatment.
        """
        if self.has_studies:
            return None
        if self.unreviewed:
            return Emptiness.AWAITING_REVIEW
        if self.rejected or self.retracted:
            return Emptiness.ALL_REJECTED
        if self.background:
            return Emptiness.ONLY_BACKGROUND
        return Emptiness.NONE_FOUND if searched else Emptiness.NEVER_SEARCHED


def build(
    treatment: str,
    domain: str,
    role: Role,
    claims: Iterable[Claim],
    protocol: Protocol,
    sources: frozenset[TextSource] = PUBLISHED,
    undecided: Mapping[Waiting, int] | None = None,
) -> Cell:
    """Collapse the claims of one cell. The order of `claims` never matters.

    Parameters
    ----------
    treatment
        A treatment, or a class: a class's cell is the union of the studies of its
        members and of the claims that name only the class.
    domain, role
        The column, and how the claims bear on it.
    claims
        Every claim of any status that `touches` the cell, except those that are
        counted in `undecided`.
    protocol
        For comparator classes, the population ladder and polarity.
    sources
        Whose texts count.
    undecided
        Claims on which nobody decided, already counted: they can be many, and only
        their number shows.
    """
    arms = protocol.members(treatment) | {treatment}
    eligible: list[tuple[Claim, bool]] = []
    waiting = Counter[Waiting](undecided or {})
    last: datetime | None = None
    for claim in sorted(claims, key=lambda c: c.id):
        turned = claim.draft.treatment not in arms
        if claim.decided_at is not None:
            last = max(last or claim.decided_at, claim.decided_at)
        why = why_not(claim, sources)
        if why is None:
            eligible.append((claim, turned))
        else:
            waiting[why] += 1
    counted, listed = [], []
    for claim, turned in eligible:
        vote = vote_of(claim.draft, turned, protocol)
        if vote is None:
            listed.append(claim.id)
        else:
            counted.append((claim, turned, vote))
    findings = collapse(counted, protocol)
    return Cell(
        treatment=treatment,
        domain=domain,
        role=role,
        findings=tuple(f for f in findings if f.design not in APART),
        reviews=tuple(f for f in findings if f.design in APART),
        listed=tuple(listed),
        unreviewed=waiting[Waiting.UNREVIEWED],
        rejected=waiting[Waiting.REJECTED],
        background=waiting[Waiting.BACKGROUND],
        withdrawn=waiting[Waiting.WITHDRAWN],
        retracted=waiting[Waiting.RETRACTED],
        last_decision=last,
    )


def touches(draft: Draft, protocol: Protocol) -> tuple[str, ...]:
    """Return the treatments in whose rows a claim stands, its own first.

    Its treatment and the classes above it; and, turned round, the comparator
    where that is a treatment, and the classes above that one. A class that holds
    both arms learns nothing from comparing them.
    """
    return rows_of(draft.treatment, draft.comparator, draft.role, protocol)


def rows_of(
    treatment: str, comparator: str | None, role: Role, protocol: Protocol
) -> tuple[str, ...]:
    """Return the rows of `touches`, from the fields that decide them."""
    own = (treatment, *protocol.ancestors(treatment))
    other = comparator
    if other is None or other == treatment or other not in protocol.treatments:
        return own
    if role is Role.MODERATOR:
        return own
    turned = (other, *protocol.ancestors(other))
    shared = set(own) & set(turned)
    rows = (slug for slug in (*own, *turned) if slug not in shared)
    return tuple(dict.fromkeys(rows))


def why_not(claim: Claim, sources: frozenset[TextSource]) -> Waiting | None:
    """Return why a claim does not count; None where it does."""
    if claim.is_eligible(sources):
        return None
    return waiting_of(claim.status, claim.retraction, claim.draft.statement)


def waiting_of(status: Status, retraction: Retraction, statement: Statement) -> Waiting:
    """Return why a claim that does not count does not."""
    if status is Status.WITHDRAWN:
        return Waiting.WITHDRAWN
    if retraction is Retraction.RETRACTED:
        return Waiting.RETRACTED
    if status is Status.REJECTED:
        return Waiting.REJECTED
    if statement is not Statement.OWN_RESULT:
        return Waiting.BACKGROUND
    return Waiting.UNREVIEWED if status.awaits else Waiting.BACKGROUND
