"""Spin: a conclusion that claims a benefit which its own results do not show.

    Results: "Scores did not differ between the tablet and placebo."
    Conclusion: "The tablet relieves depression."

Both are kept, and both are flagged, so that a curator sees one beside the other. A
conclusion that goes on from equal results of two active drugs is none: both may work.

Source: Boutron 2010, doi:10.1001/jama.2010.651.
"""

from collections.abc import Sequence
from dataclasses import replace

from curation.extract.comparison import BASELINE
from curation.extract.readings import Finding
from evidence.types import Direction, Nuance, Role

FLAG = "spin"


def flag_spin(found: Sequence[Finding], controls: frozenset[str]) -> list[Finding]:
    """Return the findings, with a flag on conclusions that spin and on what they spin.

    Parameters
    ----------
    found
        The authors' own findings.
    controls
        Comparators that stand for no treatment, or for the usual one.
    """
    out = list(found)
    for place, claim in enumerate(found):
        if (
            claim.section != "conclusions"
            or claim.direction is not Direction.IMPROVES
            or claim.role is Role.MODERATOR
        ):
            continue
        nulls = _denied(claim, found, controls)
        if not nulls:
            continue
        told = found[nulls[0]].cue
        out[place] = _flagged(claim, f"the results say of the same {told!r}")
        for null in nulls:
            out[null] = _flagged(
                found[null], f"the conclusion says of the same {claim.cue!r}"
            )
    return out


def _flagged(finding: Finding, why: str) -> Finding:
    return replace(finding, flags=(FLAG,), trace=(*finding.trace, f"{FLAG}: {why}"))


def _denied(
    claim: Finding, found: Sequence[Finding], controls: frozenset[str]
) -> list[int]:
    """Return the results that deny a conclusion; none where any result supports it."""
    same = [
        place
        for place, f in enumerate(found)
        if f.section == "results"
        and (f.domain, f.role) == (claim.domain, claim.role)
        and claim.treatment in (f.treatment, f.comparator)
    ]
    # What both groups gained since baseline supports no benefit over a control.
    told = [p for p in same if _compared(found[p])] or same
    if any(found[p].direction is not Direction.NO_CLEAR_DIFFERENCE for p in told):
        return []
    return [
        place
        for place in told
        if found[place].nuance is not Nuance.NONINFERIOR
        and _other(found[place], claim) in (*controls, None, BASELINE, claim.comparator)
    ]


def _compared(finding: Finding) -> bool:
    return finding.comparator not in (None, BASELINE)


def _other(finding: Finding, claim: Finding) -> str | None:
    if finding.treatment == claim.treatment:
        return finding.comparator
    return finding.treatment
