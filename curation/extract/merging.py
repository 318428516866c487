"""One claim for one finding: what is kept of a record's findings.

One per treatment, comparator, domain, role and direction, quoted from where the words
carry most. What the conclusion repeats is dropped, unless it contradicts the results; a
change from baseline gives way to a comparison between arms. The order of the findings
never matters.
"""

from collections.abc import Sequence

from curation.extract.comparison import BASELINE
from curation.extract.readings import Finding
from curation.extract.spin import FLAG, flag_spin
from evidence.types import Role, Statement


def merge(
    found: Sequence[Finding], controls: frozenset[str] = frozenset()
) -> list[Finding]:
    """Return the findings that become claims, in the order of their quotes.

    Parameters
    ----------
    found
        The findings of one record.
    controls
        Comparators that stand for no treatment, or for the usual one.
    """
    own = flag_spin([f for f in found if f.statement is Statement.OWN_RESULT], controls)
    rest = [f for f in found if f.statement is not Statement.OWN_RESULT]
    stated = {
        (slug, f.domain, f.role)
        for f in own
        for slug in (f.treatment, f.comparator)
        if f.section == "results"
    }
    own = [
        f
        for f in own
        if f.section == "results"
        or FLAG in f.flags
        or (f.treatment, f.domain, f.role) not in stated
    ]
    between = {
        (slug, f.domain, f.role)
        for f in own
        for slug in (f.treatment, f.comparator)
        if f.comparator not in (None, BASELINE) and f.role is not Role.MODERATOR
    }
    own = [
        f
        for f in own
        if f.comparator != BASELINE
        or FLAG in f.flags
        or (f.treatment, f.domain, f.role) not in between
    ]
    return sorted(
        [*_best(own), *_best(rest)],
        key=lambda f: (f.start, f.domain, f.treatment, f.comparator or "", f.direction),
    )


def _best(found: Sequence[Finding]) -> list[Finding]:
    """Return the weightiest finding of each kind, the earlier of two alike."""
    best: dict[tuple[object, ...], Finding] = {}
    for finding in found:
        arms = sorted((finding.treatment, finding.comparator or ""))
        side = finding.direction
        if arms[0] != finding.treatment and finding.comparator:
            side = side.turned()
        key = (*arms, finding.domain, finding.role, side, finding.statement)
        held = best.get(key)
        if held is None or _rank(finding) > _rank(held):
            best[key] = finding
    return list(best.values())


def _rank(finding: Finding) -> tuple[float, int, str]:
    return finding.weight, -finding.start, finding.treatment
