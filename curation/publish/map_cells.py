"""A cell of the map: what it shows of one treatment in one domain.

Its studies are also written as a short code, from which the page's script counts
again under a filter by the rules of `evidence.findings.count`; without a script the
counts of all studies stand.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from weakref import WeakKeyDictionary

from curation.publish import addresses, labels
from curation.publish.catalogue import Catalogue, Pair
from curation.publish.tables import Count
from evidence.cells import Cell, Emptiness
from evidence.comparison import Outcome
from evidence.findings import Finding, Vote
from evidence.types import Role, TimeBand
from evidence.wording import VOTE_WORDS

EMPTY_CLASS = {
    Emptiness.NEVER_SEARCHED: "ns",
    Emptiness.NONE_FOUND: "nf",
    Emptiness.AWAITING_REVIEW: "aw",
    Emptiness.ALL_REJECTED: "rj",
    Emptiness.ONLY_BACKGROUND: "bg",
}

EMPTY_WORDS = {
    Emptiness.NEVER_SEARCHED: "never searched",
    Emptiness.NONE_FOUND: "none found",
    Emptiness.AWAITING_REVIEW: "awaiting review",
    Emptiness.ALL_REJECTED: "all rejected",
    Emptiness.ONLY_BACKGROUND: "only background",
}


@dataclass(frozen=True, slots=True)
class MapCell:
    """What the map shows of one treatment in one domain."""

    href: str | None
    bands: tuple[Count, ...]
    within: int
    also: tuple[str, ...]
    """What stands in it beside the counted studies, one short line each."""
    unreviewed: int
    studies: int
    target: int
    conflict: bool
    mark: str
    direct: bool
    said: str
    """What may be said of the review here."""
    empty_class: str | None
    empty: str | None
    code: str
    year: int | None
    apart: bool
    """The first of the columns that stand apart."""


_DRAWN: WeakKeyDictionary[Catalogue, dict[Pair, MapCell]] = WeakKeyDictionary()
"""The map is drawn on several pages."""


def map_cell(treatment: str, domain: str, catalogue: Catalogue) -> MapCell:
    """Return what the map shows of one pair."""
    drawn = _DRAWN.setdefault(catalogue, {})
    pair = (treatment, domain)
    if pair not in drawn:
        drawn[pair] = _draw(treatment, domain, catalogue)
    return drawn[pair]


@lru_cache(maxsize=32)
def _bare(emptiness: Emptiness, apart: bool) -> MapCell:
    """Return a cell without a page; most of the map's thousands are."""
    return MapCell(
        href=None,
        bands=(),
        within=0,
        also=(),
        unreviewed=0,
        studies=0,
        target=0,
        conflict=False,
        mark="",
        direct=False,
        said="",
        empty_class=EMPTY_CLASS[emptiness],
        empty=EMPTY_WORDS[emptiness],
        code="",
        year=None,
        apart=apart,
    )


def _draw(treatment: str, domain: str, catalogue: Catalogue) -> MapCell:
    apart = domain == first_apart(catalogue)
    if (treatment, domain) not in catalogue.pairs:
        searched = treatment in catalogue.library.searched
        return _bare(
            Emptiness.NONE_FOUND if searched else Emptiness.NEVER_SEARCHED, apart
        )
    present = catalogue.cells(treatment, domain)
    main = catalogue.main_role(domain)
    own = catalogue.library.cell(treatment, domain, main)
    whole = merged(present, treatment, domain, main)
    tally = own.tally()
    emptiness = None if whole.has_studies else catalogue.emptiness(whole)
    marks, direct, said = _review(treatment, domain, catalogue)
    number = (
        {
            Emptiness.AWAITING_REVIEW: whole.unreviewed,
            Emptiness.ALL_REJECTED: whole.rejected + whole.retracted,
        }.get(emptiness)
        if emptiness
        else None
    )
    return MapCell(
        href=addresses.cell(treatment, domain),
        bands=tuple(
            Count(labels.VOTE_CLASS[v], VOTE_WORDS[v], n)
            for v in Vote
            if (n := getattr(tally, v.value))
        ),
        # Later phases have a line of their own, and a filter counts acute ones only.
        within=len({f.study for f in own.findings if _acute_within(f)}),
        also=_also(own, present, main),
        unreviewed=0 if emptiness else whole.unreviewed,
        studies=tally.studies,
        target=tally.target,
        conflict=tally.conflict,
        mark="R" + marks if marks else "",
        direct=direct,
        said=said,
        empty_class=EMPTY_CLASS[emptiness] if emptiness else None,
        empty=(
            f"{number} {EMPTY_WORDS[emptiness]}"
            if emptiness and number
            else EMPTY_WORDS[emptiness]
            if emptiness
            else None
        ),
        code=code(own.findings),
        year=whole.newest_year,
        apart=apart,
    )


def _acute_within(finding: Finding) -> bool:
    return finding.band is TimeBand.ACUTE and not finding.compared


def merged(
    present: Mapping[Role, Cell], treatment: str, domain: str, main: Role
) -> Cell:
    """Return all roles of a pair as one cell, to tell which kind of empty it is.

    Its findings are never counted: roles are not added to each other.
    """
    cells = list(present.values())
    decisions: list[datetime] = [c.last_decision for c in cells if c.last_decision]
    return Cell(
        treatment=treatment,
        domain=domain,
        role=main,
        findings=tuple(f for c in cells for f in c.findings),
        reviews=tuple(f for c in cells for f in c.reviews),
        listed=tuple(i for c in cells for i in c.listed),
        unreviewed=sum(c.unreviewed for c in cells),
        rejected=sum(c.rejected for c in cells),
        background=sum(c.background for c in cells),
        withdrawn=sum(c.withdrawn for c in cells),
        retracted=sum(c.retracted for c in cells),
        last_decision=max(decisions, default=None),
    )


def code(findings: Sequence[Finding]) -> str:
    """Return the acute findings as text, studies apart by commas.

    A finding is five characters: vote, class of comparator, 1 for the target
    population plus 2 for randomised, and the last two digits of the year.
    """
    studies: dict[str, list[str]] = {}
    for f in findings:
        if f.band is TimeBand.ACUTE:
            flags = int(f.target) + 2 * int(f.randomised)
            year = f"{f.year % 100:02d}" if f.year and f.year >= 1970 else "--"
            studies.setdefault(f.study, []).append(
                labels.VOTE_CLASS[f.vote]
                + labels.COMPARATOR_LETTER[f.comparator_class]
                + str(flags)
                + year
            )
    return ",".join("".join(found) for found in studies.values())


def _also(own: Cell, present: Mapping[Role, Cell], main: Role) -> tuple[str, ...]:
    lines = []
    later = {f.study for f in own.findings if f.band is not TimeBand.ACUTE}
    if later:
        lines.append(f"{len(later)} later phase")
    names = {
        Role.SUBGROUP: "in patients with it",
        Role.MODERATOR: "on matching",
        Role.OUTCOME: "on the domain",
        Role.OVERALL: "overall",
    }
    for role, cell in present.items():
        found = {f.study for f in cell.findings}
        if role is not main and found:
            lines.append(f"{len(found)} {names[role]}")
    reviews = {f.study for c in present.values() for f in c.reviews}
    if reviews:
        noun = "review" if len(reviews) == 1 else "reviews"
        lines.append(f"{len(reviews)} {noun}, apart")
    listed = sum(len(c.listed) for c in present.values())
    if listed:
        lines.append(f"{listed} listed only")
    return tuple(lines)


def _review(treatment: str, domain: str, catalogue: Catalogue) -> tuple[str, bool, str]:
    """Return the stances' marks, whether any is directly studied, and the sentence."""
    rows = catalogue.assertions.get((treatment, domain), ())
    marks = dict.fromkeys(labels.STANCE_MARKS[row.stance] for row in rows)
    found = [catalogue.comparisons[row.id] for row in rows]
    direct = any(c.outcome not in (Outcome.UNTESTED, Outcome.INDIRECT) for c in found)
    said = " ".join(dict.fromkeys(c.sentence for c in found))
    return "".join(marks), direct, said


def first_apart(catalogue: Catalogue) -> str | None:
    """Return the first column that is no domain; None where all are."""
    protocol = catalogue.protocol
    for slug in catalogue.domains:
        if protocol.domains[slug].kind.value != "domain":
            return slug
    return None
