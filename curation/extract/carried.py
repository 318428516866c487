"""What was named as a comparator is carried to the comparisons that name none."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from curation.extract.arms import Arms
from curation.extract.comparison import BASELINE
from curation.extract.readings import Finding


def named_comparators(found: Sequence[Finding]) -> dict[str, str]:
    """Return what the words named as the comparator of each treatment."""
    return {
        f.treatment: f.comparator
        for f in found
        if not f.inferred and f.comparator not in (None, BASELINE)
    }


def carried(
    finding: Finding, versus: Mapping[str, str], study: Arms, framed: bool
) -> Finding:
    """Return a comparison that names no comparator with the one named last.

    In a study of several arms "it also worked faster" goes on comparing the two arms
    that were spoken of, and not the drug and the placebo. A sentence that opens with
    "relative to B" holds all that it says against B.
    """
    several = study.pooled or len(study.treatments) > 1
    last = versus.get(finding.treatment)
    if last is None or not finding.inferred or finding.comparator == last:
        return finding
    again = finding.rule.endswith("between") and finding.comparator != BASELINE
    if not framed and not (several and again):
        return finding
    return replace(
        finding,
        comparator=last,
        trace=(*finding.trace, f"comparator: {last}, as it was named last"),
    )
