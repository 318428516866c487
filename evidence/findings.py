"""What one study found: claims collapsed, votes counted.

Source: Boon MH, Thomson H, *The effect direction plot revisited*, Res Synth
Methods 2021;12:29-33.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from evidence.claims import Claim
from evidence.protocol import Protocol
from evidence.types import Change, Design, Direction, Draft, Nuance, TimeBand
from evidence.vocabulary import Better, ComparatorClass, OutcomeKind

APART = (Design.SYSTEMATIC_REVIEW, Design.POOLED_ANALYSIS)
"""Designs that stand apart: their studies may be counted already."""

RANDOMISED = (Design.RANDOMISED, Design.RANDOMISED_CROSSOVER)

_DESIGNS = list(Design)
_BANDS = list(TimeBand)
_CLASSES = list(ComparatorClass)


class Vote(StrEnum):
    """What one study found; markers without a side are raised or lowered."""

    FAVOURS = "favours"
    AGAINST = "against"
    NO_CLEAR_DIFFERENCE = "no_clear_difference"
    MIXED = "mixed"
    RAISED = "raised"
    LOWERED = "lowered"


_VOTES = {
    Direction.IMPROVES: Vote.FAVOURS,
    Direction.WORSENS: Vote.AGAINST,
    Direction.NO_CLEAR_DIFFERENCE: Vote.NO_CLEAR_DIFFERENCE,
    Direction.MIXED: Vote.MIXED,
}
_MARKER_VOTES = {Change.RAISED: Vote.RAISED, Change.LOWERED: Vote.LOWERED}


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What one study found, against one class of comparator, in one time band."""

    study: str
    comparator_class: ComparatorClass
    band: TimeBand
    vote: Vote
    design: Design
    population: str
    target: bool
    """Whether every claim behind it is about the review's own population."""
    n: int | None
    year: int | None
    turned: bool
    """The treatment was the comparator; the direction is turned round."""
    comparators: tuple[str, ...]
    claims: tuple[str, ...]
    also: tuple[str, ...] = ()
    """Claims of later reports of the same trial that say the same."""
    differing: tuple[str, ...] = ()
    """Claims of later reports of the same trial that say otherwise."""

    @property
    def compared(self) -> bool:
        """Whether there was a comparison between groups."""
        return self.comparator_class is not ComparatorClass.WITHIN_GROUP

    @property
    def randomised(self) -> bool:
        """Whether the comparison was randomised."""
        return self.design in RANDOMISED


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How many studies found what. The only numbers that a cell's words use."""

    favours: int = 0
    against: int = 0
    no_clear_difference: int = 0
    mixed: int = 0
    raised: int = 0
    lowered: int = 0
    target: int = 0
    """How many of these studies are in the review's own population."""

    @property
    def studies(self) -> int:
        """All studies counted, each once."""
        return sum(getattr(self, vote.value) for vote in Vote)

    @property
    def conflict(self) -> bool:
        """Whether studies point to opposite sides, or one study to both."""
        return (
            (self.favours > 0 and self.against > 0)
            or (self.raised > 0 and self.lowered > 0)
            or self.mixed > 0
        )


def count(findings: Iterable[Finding]) -> Tally:
    """Count the studies behind `findings`, each once."""
    votes: dict[str, set[Vote]] = defaultdict(set)
    target: dict[str, bool] = {}
    for f in findings:
        votes[f.study].add(f.vote)
        target[f.study] = target.get(f.study, True) and f.target
    if not votes:
        return Tally()
    totals = Counter(
        next(iter(found)) if len(found) == 1 else Vote.MIXED for found in votes.values()
    )
    return Tally(
        **{vote.value: totals[vote] for vote in Vote}, target=sum(target.values())
    )


def vote_of(draft: Draft, turned: bool, protocol: Protocol) -> Vote | None:
    """Return what a claim says, None where it states nothing that can be counted."""
    if draft.nuance is Nuance.UNCERTAIN:
        return None
    kind = comparison(draft, protocol)
    if (
        draft.nuance is Nuance.TOLERABILITY_STATEMENT
        and kind is ComparatorClass.WITHIN_GROUP
    ):
        return None
    if is_sideless_marker(draft.measure, protocol):
        if draft.change is not None:
            return _marker_vote(draft.change, turned)
        if draft.direction in (Direction.IMPROVES, Direction.WORSENS):
            return None
        return _VOTES.get(draft.direction)
    return _VOTES.get(draft.direction.turned() if turned else draft.direction)


def comparison(draft: Draft, protocol: Protocol) -> ComparatorClass:
    """Return what kind of comparison a claim makes; against itself it is a dose."""
    if draft.comparator == draft.treatment:
        return ComparatorClass.OTHER_DOSE
    return protocol.comparator_class(draft.comparator)


def is_sideless_marker(measure: str | None, protocol: Protocol) -> bool:
    """Return whether a measure is a marker that is neither good high nor good low."""
    row = protocol.outcomes.get(measure or "")
    return (
        row is not None
        and row.kind is OutcomeKind.MARKER
        and row.better is Better.NEITHER
    )


def _marker_vote(change: Change, turned: bool) -> Vote:
    if turned:
        change = Change.LOWERED if change is Change.RAISED else Change.RAISED
    return _MARKER_VOTES[change]


def collapse(
    counted: Sequence[tuple[Claim, bool, Vote]], protocol: Protocol
) -> list[Finding]:
    """Make one finding of all claims of a study, comparator class and time band."""
    groups: dict[
        tuple[bool, str, TimeBand, ComparatorClass], list[tuple[Claim, bool, Vote]]
    ] = defaultdict(list)
    for claim, turned, vote in counted:
        kind = ComparatorClass.ACTIVE if turned else comparison(claim.draft, protocol)
        apart = claim.draft.design in APART
        groups[apart, claim.study, claim.draft.time_band, kind].append(
            (claim, turned, vote)
        )
    findings = [
        _finding(study, kind, band, members, protocol)
        for (_, study, band, kind), members in groups.items()
    ]
    findings.sort(
        key=lambda f: (
            f.design in APART,
            _BANDS.index(f.band),
            _CLASSES.index(f.comparator_class),
            -(f.year or 0),
            f.study,
        )
    )
    return findings


def _finding(
    study: str,
    kind: ComparatorClass,
    band: TimeBand,
    members: list[tuple[Claim, bool, Vote]],
    protocol: Protocol,
) -> Finding:
    """Let the first report of a trial speak; later ones add only what it lacks."""
    first = min((c.year or 9999, c.draft.pmid) for c, _, _ in members)
    parent = [m for m in members if (m[0].year or 9999, m[0].draft.pmid) == first]
    votes = {vote for _, _, vote in parent}
    vote = next(iter(votes)) if len(votes) == 1 else Vote.MIXED
    rungs = list(protocol.populations)
    claims = [claim for claim, _, _ in parent]
    populations = [c.draft.population for c in claims]
    return Finding(
        study=study,
        comparator_class=kind,
        band=band,
        vote=vote,
        # The weakest design and the least direct population among its claims:
        # a study is never made to look better than its worst sentence.
        design=max((c.draft.design for c in claims), key=_DESIGNS.index),
        population=max(
            populations, key=lambda p: rungs.index(p) if p in rungs else len(rungs)
        ),
        target=all(protocol.is_target(p) for p in populations),
        n=max((c.draft.n for c in claims if c.draft.n is not None), default=None),
        year=claims[0].year,
        turned=any(turned for _, turned, _ in parent),
        comparators=tuple(sorted(_others(parent))),
        claims=tuple(sorted(c.id for c in claims)),
        also=_later(members, parent, vote, same=True),
        differing=_later(members, parent, vote, same=False),
    )


def _later(
    members: list[tuple[Claim, bool, Vote]],
    parent: list[tuple[Claim, bool, Vote]],
    vote: Vote,
    *,
    same: bool,
) -> tuple[str, ...]:
    """Return the claims of later reports that say the same, or something else."""
    first = {claim.id for claim, _, _ in parent}
    return tuple(
        sorted(c.id for c, _, v in members if c.id not in first and (v is vote) is same)
    )


def _others(members: list[tuple[Claim, bool, Vote]]) -> set[str]:
    """Return what the row's treatment was held against."""
    sides = (
        c.draft.treatment if turned else c.draft.comparator for c, turned, _ in members
    )
    return {side for side in sides if side is not None}
