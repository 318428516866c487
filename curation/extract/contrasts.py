"""Patients against patients: "those with insomnia improved more than those without"."""

import re
from collections.abc import Sequence

from curation.extract.composition import SIGNS, Cue
from curation.extract.named import Moderation, Named
from evidence.types import Direction

_WITH_AND_WITHOUT = re.compile(
    r"\b(?:with(?:in)? (?:and|or|versus|vs\.?|compared to) without|"
    r"between\b[^.;]{0,60}\band\s"
    r"(?:non-?|those without|without|patients without|low|high)|"
    r"than (?:in |for |among )?(?:those|patients|subjects|individuals|participants)\b|"
    r"compared (?:with|to) (?:those|patients|subjects|individuals|participants)\b|"
    r"benefit\w* more|interaction)",
    re.IGNORECASE,
)
_BY_LEVEL = re.compile(
    r"\b(?:patients|individuals|participants|subjects|those)\s(?:with|"
    r"who had)\s(?:a\s)?"
    r"(?:baseline|pre-?treatment|high\w*|low\w*|elevated|more|greater|comorbid|"
    r"impaired|"
    r"poor\w*)\b",
    re.IGNORECASE,
)
_BASELINE = re.compile(
    r"\b(?:baseline|pre-?\s?treatment|pretreatment|pre-?infusion|initial|high|higher|"
    r"low|"
    r"lower|elevated|current|current[\w-]*|history of|lifetime|presence of|comorbid|"
    r"early|severe)\b",
    re.IGNORECASE,
)


def of_contrast(
    text: str,
    start: int,
    end: int,
    domains: Sequence[Named],
    places: Sequence[int],
    cues: Sequence[Cue],
) -> list[Moderation]:
    """Read "patients with X improved more than those without"."""
    if not places or not (
        _WITH_AND_WITHOUT.search(text, start, end) or _BY_LEVEL.search(text, start, end)
    ):
        return []
    found = []
    for named in domains:
        before = text[max(start, named.start - 40) : named.start]
        persons = named.words.lower().endswith("ers")
        if not (named.sample or persons or _BASELINE.search(before)):
            continue
        usable = [
            c
            for c in cues
            if (c.compares or c.alone or c.reading == "null")
            and c.reading in ("better", "worse", "up", "down", "null")
            and not (
                c.reading in SIGNS
                and c.end <= named.start
                and len(text[c.end : named.start].split()) <= 1
            )
        ]
        if not usable:
            continue
        cue = usable[0]
        if cue.reading == "null":
            direction = Direction.NO_CLEAR_DIFFERENCE
        else:
            good = cue.reading in ("better", "up")
            if cue.reading == "down" and (
                re.search(r"scores?|symptom|severity", text[cue.end : cue.end + 40])
                or re.search(r"reduc|decreas|declin", cue.text, re.IGNORECASE)
            ):
                good = True
            if re.search(r"\b(?:low|without|no)\s(?:[\w-]+\s){0,2}?$", before):
                good = not good
            direction = Direction.IMPROVES if good else Direction.WORSENS
        found.append(Moderation(named, direction, "moderator.contrast", cue.text))
    return found
