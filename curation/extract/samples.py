"""Patients whom a domain defines: some of a study's, or all of them.

"In anxious patients the drug was superior" is an effect in a subgroup. Where the title
says that only such patients took part, the effect is the study's own: nobody else was
there to differ from.
"""

import re
from collections.abc import Sequence

from curation.extract.clauses import Clause
from curation.extract.readings import Passage

_CONTRASTED = re.compile(
    r"\b(?:with(?:in)? (?:and|or|versus|vs\.?) without|versus|vs\.?|compar\w+|"
    r"predict\w*|moderat\w+|baseline|impact of|influence of|role of|associat\w+|"
    r"respon\w+ to|post[- ]hoc|secondary analys\w+|subgroups?|differ\w+|"
    r"non-?\w+ (?:and|patients))",
    re.IGNORECASE,
)
_BOTH_KINDS = re.compile(r"\b(?:both|either|with and|with or|non|without)\b")


def of_whole_sample(
    title: str, patients: Sequence[tuple[str, int, int]]
) -> frozenset[str]:
    """Return the domains that define every patient of a study, as its title says.

    Parameters
    ----------
    title
        The folded title.
    patients
        (domain, start, end) of phrases that define patients; the title comes first.
    """
    if _CONTRASTED.search(title):
        return frozenset()
    return frozenset(domain for domain, _, end in patients if end <= len(title))


def subgroup(passage: Passage, clause: Clause) -> str | None:
    """Return the domain that defines the patients of a clause, None for all of them."""
    inside = [p for p in passage.patients if clause.start <= p[1] < clause.end]
    if not inside or inside[0][0] in passage.everybody:
        return None
    text = passage.text
    opened = text[max(clause.start, inside[0][1] - 25) : inside[0][1]].lower()
    words = text[inside[0][1] : inside[-1][2]].lower()
    if _BOTH_KINDS.search(opened) or (
        re.search(r"\b(?:and|or) (?:non|without)", words)
        or words.startswith("non")
        or text[inside[0][2] : inside[0][2] + 14]
        .lower()
        .startswith((" and non", " and without"))
    ):
        return None
    return inside[0][0]
