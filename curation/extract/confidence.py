"""How sure the rules are, from 0 to 1, before anybody has calibrated them.

It starts at 0.6 and moves with what was right or wrong in development: explicit arms,
a cue that compares and a printed p raise it; a conclusion without a result, a hedge,
inferred arms, a weak cue and a long sentence lower it.
"""

from curation.extract.readings import Finding
from curation.extract.statistics import Numbers
from evidence.types import Direction

_START = 0.6
_LONG = 400


def confidence(finding: Finding, numbers: Numbers) -> float:
    """Return the confidence of a finding, in steps of a hundredth."""
    score = _START
    score += 0.1 if not finding.inferred else -0.08
    score += 0.08 if finding.rule.endswith("between") else 0.0
    score += 0.08 if numbers.p is not None else 0.0
    score += 0.05 if finding.measure else -0.05
    score -= 0.15 if finding.section == "conclusions" else 0.0
    score -= 0.08 if finding.hedged else 0.0
    score -= 0.05 if finding.end - finding.start > _LONG else 0.0
    score -= 0.05 if finding.rule.startswith("moderator") else 0.0
    if finding.direction is Direction.NO_CLEAR_DIFFERENCE and numbers.significant:
        score -= 0.15
    return round(min(0.95, max(0.05, score)), 2)
