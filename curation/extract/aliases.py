"""What "controls", "both drugs", "the active group" and "Group 2" stand for."""

import re
from collections.abc import Sequence

from curation.extract.arms import Arms
from curation.extract.coordination import Arm

_ALIASES = re.compile(
    r"\b(?:(?P<control>(?:the |in )?(?:control(?:s| group| arm| condition| subjects)|"
    r"comparison group|comparator group|control patients)\b)|"
    r"(?P<all>(?:both|two|three|four|all|either|each|these|between|among|the)\s"
    r"(?:of\s)?(?:the\s)?(?:\d\s|two\s|three\s|four\s|active\s|study\s|treatment\s|"
    r"treated\s|trial\s|drug\s|medication\s)*"
    r"(?:groups|arms|treatments|drugs|agents|medications|therapies|anti[a-z]+s|"
    r"compounds|conditions|regimens|modalities|interventions|cohorts)\b|"
    r"(?:each|either) (?:agent|drug|treatment|group|arm)\b)|"
    r"(?P<main>(?:the\s)?(?:active|treatment|intervention|experimental|observation|"
    r"study|drug|verum|stimulation|real|medication)[\s-](?:group|arm|condition)\b|"
    r"the (?:drug|treatment|intervention|medication|compound|infusions?|combination|"
    r"procedure)\b))",
    re.IGNORECASE,
)
_EVERY_GROUP = re.compile(
    r"(?!both|two|either|the two).*(?:groups|arms|conditions|cohorts)$", re.IGNORECASE
)
_ALIAS_BEFORE = re.compile(
    r"(?:\b(?:the|in|of|than|with|and|for|to|an?|that|by|when|after)\s|^\s*|"
    r"[,;(:.]\s?)$",
    re.IGNORECASE,
)
_HEALTHY_CONTROL = re.compile(r"healthy|normal|non-?psychiatric", re.IGNORECASE)


def aliases(
    text: str, start: int, end: int, arms: Sequence[Arm], study: Arms
) -> list[Arm]:
    """Return what "controls", "both drugs" and "the active group" stand for."""
    out: list[Arm] = []
    for match in _ALIASES.finditer(text, start, end):
        at, stop = match.span()
        if any(a.start < stop and at < a.end for a in arms):
            continue
        if match.lastgroup == "main":
            before = text[max(start, at - 8) : at]
            if study.main is not None and _ALIAS_BEFORE.search(before):
                out.append(Arm(at, stop, (study.main,), "main"))
        elif match.lastgroup == "all":
            if study.treatments:
                kind = "groups" if _EVERY_GROUP.match(match[0]) else "all"
                out.append(Arm(at, stop, study.treatments, kind))
        elif study.main is not None and not _HEALTHY_CONTROL.search(
            text[max(start, at - 18) : stop]
        ):
            other = study.control or (
                study.against(study.main) if study.rivals else None
            )
            if other is not None:
                out.append(Arm(at, stop, (other,), "control"))
    lowered = text[start:end].lower()
    for name, slug in study.numbered.items():
        at = lowered.find(name)
        if at != -1:
            out.append(Arm(start + at, start + at + len(name), (slug,), "treatment"))
    return out
