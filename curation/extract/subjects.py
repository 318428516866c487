"""What a clause speaks of: a treatment's effect, or patients, genes and baselines.

"Older patients had lower scores than younger ones", "at baseline the groups did not
differ", "were more likely to have anxiety" hold no effect of a treatment, however much
they compare.
"""

import re
from collections.abc import Sequence

from curation.extract.composition import Cue
from curation.extract.coordination import Arm

_PEOPLE_COMPARED = re.compile(
    r"\b(?i:than|compared (?:with|to)|versus|vs\.?|relative to|between|"
    r"differ(?:ed)? from)\s"
    r"(?:(?:in|for|among|that of|those of|the|with|did|of|all|other|both)\s){0,3}"
    r"(?:(?:[\w-]+\s){0,4}?(?:healthy|normal|matched|controls?\b(?! group)|patients|"
    r"subjects|individuals|"
    r"those|adults|participants|women|men|males|females|nonresponders|non-responders|"
    r"responders|\w+polar|older|younger|smokers|volunteers|members)|"
    r"[A-Z]{2,5} and (?:the )?[A-Z]{2,5} (?:groups|patients))\b|"
    r"\b(?:among|across|in) (?:those|patients|subjects|individuals|"
    r"participants) with\b[^.;]{0,50}\band\b|"
    r"\bthose (?:observed|reported|seen|found) in (?:previous|prior|other|earlier)\b",
)
_USERS = re.compile(r"[\s-](?:users?|consumers?|exposed|use)\b", re.IGNORECASE)
_OF_PEOPLE_WITH = re.compile(
    r"\W*(?:(?:older|younger|male|female|obese|the)\s)?(?:patients|subjects|participants|"
    r"individuals|those|women|men|adolescents|veterans)\s"
    r"(?:with|without|who had|having|whose|aged|older|younger)\b"
    r"(?![^,;]{0,50}\b(?:receiv|treat|given|assign|random|tak|add|therap))[^,;]{3,90}\s"
    r"(?:experienced|showed|had|were|was|demonstrated|exhibited|reported|achieved|"
    r"improved|responded|did)\b",
    re.IGNORECASE,
)
_AT_BASELINE = re.compile(
    r"\bat (?:the )?(?:baseline|study entry|admission|screening|enrol\w+|"
    r"randomi[sz]ation|inclusion|intake)\b|"
    r"^\W*before \w+ ?treatment"
    r"|\bbaseline (?:characteristics|differences)\b",
    re.IGNORECASE,
)
_DESCRIBES = re.compile(
    r"\b(?:more|less) likely to (?:have|be|receive|report)\b|\b(?:were|"
    r"was) (?:younger|older)\b|"
    r"\b(?:more|less) (?:severely|likely) \w*(?:ed|ill)\b",
    re.IGNORECASE,
)
_OF_WHOM = re.compile(r"\b(?:majority|most|all|half|none|\d+) of whom\b", re.IGNORECASE)
_TREND = re.compile(
    r"\b(?:trends?|tendency|trended|tended) (?:\w+ ){0,2}?(?:for|to|towards?|in)\b|"
    r"\b(?:approach|border)\w+ (?:statistical )?significan",
    re.IGNORECASE,
)
_COPULA = re.compile(
    r"(?:'s)?(?:[\s-]+(?!group|arm)[\w/+%.]+){0,6}?\s(?:was|were|is|are|be|been|"
    r"being)\s(?:\w+\s){0,2}$",
    re.IGNORECASE,
)
_IN_BOTH = re.compile(
    r"\bin (?:both )?(?:[A-Z]{2,4}|[a-z]+polar)(?: [a-z]+)? (?:and|"
    r"or) (?:[A-Z]{2,4}\b|[a-z]+polar)"
)
_GENES = re.compile(
    r"\b(?:genes?|polymorphisms?|alleles?|genotypes?|SNPs?|haplotypes?|homozygo\w+|"
    r"rs\d{4,})\b"
)
_COVARIATE = re.compile(
    r"\b(?:effects?|influence|impact) of (?:(?:baseline|patient|the|both|any)\s)?"
    r"(?:age|sex|gender|weight|race|ethnicity|smoking|site|cent(?:er|re)|diagnos\w+|"
    r"comorbid\w*|genotypes?|dose escalation)\b|"
    r"\b(?:not|un|neither)[ -]?(?:\w+ )?(?:influenced|affected|modified|moderated|"
    r"altered) by (?:the |any )?(?:presence|age|sex|gender|race|type|severity|number|"
    r"history|comorbid\w*|choice|baseline|prior|previous|diagnos\w+|concomitant)\b|"
    r"\b(?:by|between) (?:sex|gender|genders|the sexes|men and women|women and "
    r"men|males and females|male and female)\b",
    re.IGNORECASE,
)
_OF_A_LEVEL = re.compile(
    r"\b(?:patients|subjects|participants|individuals|those|people|women|men)\s"
    r"(?:\w+\s){0,2}?(?:with|who had|having|who reported)\s(?:an?\s|the\s)?"
    r"(?:higher|lower|greater|fewer|more|less|smaller|larger|earlier|later|shorter|"
    r"longer)\b(?! doses?)",
    re.IGNORECASE,
)
_DEFINITION = re.compile(
    r"\b(?:was|were|is|are)\s(?:considered|classified|regarded|deemed|judged|counted)\s"
    r"(?:as\s|to\s)?[^;]{0,60}\b(?:if|when)\b",
    re.IGNORECASE,
)
_OTHERWISE = re.compile(r"compared|from|than")


def compares_people(words: str, start: int, arms: Sequence[Arm]) -> bool:
    """Return whether a clause holds patients against patients, not arms.

    Parameters
    ----------
    words, start
        The clause, and its place in the text that the arms' places count in.
    """
    found = _PEOPLE_COMPARED.search(words)
    if found is None:
        return False
    if any(
        a.kind == "treatment" and _USERS.match(words, a.end - start)
        for a in arms
        if a.end <= start + found.end()
    ):
        # "Users of the drug scored lower than controls": the drug is what differs.
        return False
    than = start + found.start()
    return not any(not a.several and a.kind != "main" and a.start > than for a in arms)


def is_of_covariates(words: str) -> bool:
    """Return whether a clause speaks of what age, sex or history do to an effect."""
    return _COVARIATE.search(words) is not None


def is_of_a_level(words: str, cues: Sequence[Cue]) -> bool:
    """Return whether patients of some level are said to do better than others.

    "Patients with fewer earlier trials were more likely to respond".
    """
    return _OF_A_LEVEL.search(words) is not None and any(
        c.compares and c.directional for c in cues
    )


def is_of_people_with(
    words: str, start: int, cues: Sequence[Cue], arms: Sequence[Arm]
) -> bool:
    """Return whether patients with some trait are said to do better than the rest.

    "Patients with diabetes had greater improvement with the drug" compares no arms.
    """
    told = _OF_PEOPLE_WITH.match(words)
    return (
        told is not None
        and any(c.compares and c.directional for c in cues)
        and not any(a.start < start + told.end() for a in arms)
        and len({s for a in arms for s in a.slugs}) < 2
    )


def is_before_treatment(words: str) -> bool:
    """Return whether a clause describes the patients before they were treated."""
    if _DESCRIBES.search(words) or _OF_WHOM.search(words):
        return True
    return bool(
        _AT_BASELINE.match(words)
        or (_AT_BASELINE.search(words) and not _OTHERWISE.search(words))
    )


def is_definition(words: str) -> bool:
    """Return whether a clause says who counts: "were deemed to have improved if"."""
    return _DEFINITION.search(words) is not None


def is_trend(words: str) -> bool:
    """Return whether a clause reports a trend that missed significance."""
    return _TREND.search(words) is not None


def is_of_genes(words: str) -> bool:
    """Return whether a sentence speaks of genes, which are no domain."""
    return _GENES.search(words) is not None


def in_two_populations(words: str) -> bool:
    """Return whether a likeness is that of two kinds of patients."""
    return _IN_BOTH.search(words) is not None


def is_subject(text: str, treated: Sequence[tuple[int, int]], link: Cue) -> bool:
    """Return whether a treatment is what "was associated with" speaks of."""
    early = [end for start, end in treated if start < link.start]
    return bool(early and _COPULA.match(text[early[-1] : link.start]))
