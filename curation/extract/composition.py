"""Cues made of several words: "greater reduction", "improvement was similar".

An amount joins the change that it measures, whether it stands before it or after it as
a predicate. "Similar improvement" is no difference, and remembers what was alike.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from curation.extract.lexicon import Found

SIGNS = {"better": 1, "worse": -1, "up": 1, "down": -1}

_WORD = re.compile(r"[^\W_]+")
_COMPOSE_WORDS = 5
_PREDICATE = re.compile(
    r"^[^;:]*?\b(?:was|were|is|are|did|being|appeared|tended|occurred|"
    r"came)\s(?:[\w%-]+\s){0,3}$",
    re.IGNORECASE,
)
_COPULA = re.compile(
    r"\b(?:was|were|is|are)\b|\b(?:did|occurred|came|appeared|tended)\b"
)
_CHANGE_NOUN = re.compile(
    r"(?:differences?|improvements?|reductions?|decreases?|increases?|declines?|"
    r"changes?|effects?|worsening|impairments?|deteriorations?|recovery from|"
    r"recovery of|rises?|elevations?)$",
    re.IGNORECASE,
)
_STOPPED = re.compile(
    r"(?:reduc|attenuat|blunt|prevent|diminish|mitigat|lessen|suppress|abolish|"
    r"counteract|decreas)\w*$|protected against$",
    re.IGNORECASE,
)
_CHANGE_OF = re.compile(r"\s(?:in|of|from)\b|\s?$", re.IGNORECASE)
_SCALE = re.compile(
    r"\s(?!(?:[^()]*\s)?(?:no|not|and|or|with|without|to|in)\s)"
    r"(?:[\w'-]+\s){0,8}?(?:\(?[A-Z][\w-]{2,12}\)?|scale|inventory|index)\s"
    r"(?:(?:total|sum|mean)\s)?(?:scores?\s|points?\s)?"
)
_ADVERB = re.compile(
    r"(?:more|less|better|worse|poorer|faster|earlier|slower)\b", re.IGNORECASE
)
_ALIKE = re.compile(
    r"(?:similar|equal|compar|equivalent|identical)\w*$|(?:to )?(?:the |a )?same\b",
    re.IGNORECASE,
)
_PEOPLE = re.compile(
    r"\b(?:patients|subjects|participants|individuals|people|adults|women|men|"
    r"children|adolescents|veterans|outpatients|inpatients|of those|responders)\b",
    re.IGNORECASE,
)
_AMOUNTS = frozenset(
    {
        "greater",
        "larger",
        "higher",
        "more",
        "less",
        "smaller",
        "lower",
        "bigger",
        "stronger",
        "faster",
        "earlier",
    }
)


@dataclass(frozen=True, slots=True)
class Cue:
    """A composed cue; offsets are those of the folded text."""

    start: int
    end: int
    text: str
    reading: str
    """better, worse, up, down, null, changed, differs, mixed, linked, unlinked,
    favours."""
    compares: bool = False
    alone: bool = False
    weak: bool = False
    nuance: str | None = None
    negated: bool = False
    sign: str | None = None
    """For `linked`: whether the relation is positive or inverse."""
    inner: str | None = None
    """What is called similar, where that has a side: "similar improvement"."""

    @property
    def directional(self) -> bool:
        """Whether it says which way, and not only that something was or was not."""
        return self.reading in SIGNS


def _cue(text: str, found: Found) -> Cue:
    more = found.entry.more
    return Cue(
        found.start,
        found.end,
        text[found.start : found.end],
        found.entry.reading,
        compares=bool(more.get("compares")),
        alone=bool(more.get("alone")),
        weak=bool(more.get("weak")),
        nuance=more.get("nuance"),
        sign=more.get("sign"),
    )


def words_between(text: str, start: int, end: int) -> int:
    """Return how many words stand between two places."""
    return len(_WORD.findall(text, start, end)) if end > start else 0


def compose(text: str, found: Sequence[Found]) -> list[Cue]:
    """Return cues with amounts joined to the change that they measure."""
    out: list[Cue] = []
    index = 0
    while index < len(found):
        here = _cue(text, found[index])
        after = _cue(text, found[index + 1]) if index + 1 < len(found) else None
        joined = _join(text, here, after, found[index]) if after else None
        if joined is None:
            out.append(here)
            index += 1
            continue
        index += 2
        if joined.reading == "null" or index >= len(found):
            out.append(joined)
            continue
        third = _cue(text, found[index])
        if (
            third.reading in SIGNS
            and not third.compares
            and words_between(text, joined.end, third.start) == 0
            and "," not in text[joined.end : third.start]
        ):
            joined = replace(joined, end=third.end, text=text[joined.start : third.end])
            index += 1
        out.append(joined)
    return out


def _join(text: str, here: Cue, after: Cue, found: Found) -> Cue | None:
    gap = text[here.end : after.start]
    if _measures(here, after, found) and _SCALE.fullmatch(gap):
        # "Greater Sleep Scale (SS) score reduction": the scale's name comes between.
        sign = SIGNS[after.reading] * SIGNS[here.reading]
        value = after.reading in ("better", "worse")
        ways = ("better", "worse") if value else ("up", "down")
        whole = replace(here, end=after.end, text=text[here.start : after.end])
        return replace(whole, reading=ways[0 if sign > 0 else 1])
    if re.search(r"[;:(),]|\bthan\b|\bin\b|\bwith\b", gap):
        return None
    between = words_between(text, here.end, after.start)
    if turned := _changed(text, here, after, between):
        return turned
    joined = replace(here, end=after.end, text=text[here.start : after.end])
    amount = found.entry.more.get("amount")
    if amount and between <= _COMPOSE_WORDS:
        more = 1 if amount == "up" else -1
        if after.reading in ("better", "worse"):
            sign = more * SIGNS[after.reading]
            reading = "better" if sign > 0 else "worse"
        elif after.reading in ("up", "down") and not after.compares:
            sign = more * SIGNS[after.reading]
            reading = "up" if sign > 0 else "down"
        elif after.reading == "changed":
            reading = "better" if more > 0 else "worse"
        else:
            return None
        return replace(joined, reading=reading, alone=after.alone, nuance=after.nuance)
    if here.reading == "null" and here.compares and between <= 4:
        if after.reading in SIGNS or after.reading == "changed":
            inner = after.reading if after.reading in SIGNS else None
            return replace(joined, alone=here.alone or after.alone, inner=inner)
        return None
    if here.reading in SIGNS and after.reading == "changed" and between == 0:
        return joined
    return None


def _measures(here: Cue, after: Cue, found: Found) -> bool:
    """Return whether an amount may be that of a change which is named after it."""
    return (
        found.entry.more.get("amount") is not None
        and here.reading in SIGNS
        and after.reading in SIGNS
        and not after.compares
        and _CHANGE_NOUN.search(after.text) is not None
    )


def _changed(text: str, here: Cue, after: Cue, between: int) -> Cue | None:
    """Join a change to what is said of it: "attenuated the decline", "fell less"."""
    if here.reading not in SIGNS or here.compares or here.weak:
        return None
    joined = replace(here, end=after.end, text=text[here.start : after.end])
    if (
        _STOPPED.match(here.text)
        and after.reading in ("up", "down", "worse")
        and not after.compares
        and between <= _COMPOSE_WORDS
        and _CHANGE_OF.match(text, after.end)
        and _CHANGE_NOUN.search(after.text)
    ):
        names = {"up": "down", "down": "up", "worse": "better"}
        return replace(joined, reading=names[after.reading])
    if between:
        return None
    if after.compares and after.reading in SIGNS and _ADVERB.match(after.text):
        less = after.reading in ("down", "worse")
        sign = SIGNS[here.reading] * (-1 if less else 1)
        value = here.reading in ("better", "worse")
        ways = ("better", "worse") if value else ("up", "down")
        return replace(joined, reading=ways[0 if sign > 0 else 1], compares=True)
    if after.reading == "null" and after.compares and _ALIKE.match(after.text):
        return replace(
            joined,
            reading="null",
            compares=True,
            nuance=after.nuance,
            inner=here.reading,
        )
    return None


def counted(text: str, cues: Sequence[Cue]) -> list[Cue]:
    """Return cues with "fewer patients on A than on B improved" made one."""
    out = list(cues)
    for one, two in pairwise(cues):
        if (
            one.text.lower() in _COUNTS
            and one.compares
            and two.directional
            and not two.compares
            and not two.weak
            and _PEOPLE.search(text, one.end, one.end + 60)
            and not _CLAUSE_END.search(text, one.end, two.start)
            and two.reading in ("better", "worse")
        ):
            less = one.reading == "down"
            sign = SIGNS[two.reading] * (-1 if less else 1)
            whole = replace(
                two,
                compares=True,
                reading="better" if sign > 0 else "worse",
            )
            out = [whole if c is two else c for c in out if c is not one]
    return out


_COUNTS = frozenset(
    {"more", "fewer", "less", "greater", "larger", "higher", "lower", "smaller"}
)
_CLAUSE_END = re.compile(r"[;:]|, (?:and|but|while|whereas)\b")


def predicates(text: str, cues: Sequence[Cue]) -> list[Cue]:
    """Return cues with "improvement in X was greater" made one, also "was similar"."""
    out: list[Cue] = []
    for cue in cues:
        last = out[-1] if out else None
        if (
            last is not None
            and _is_measured_change(last, cue)
            and _CHANGE_NOUN.search(last.text)
            and cue.start - last.end <= 140
            and _PREDICATE.match(text[last.end : cue.start])
            and len(_COPULA.findall(text, last.end, cue.start)) == 1
        ):
            whole = replace(cue, start=last.start, text=text[last.start : cue.end])
            if cue.directional and cue.text.lower() in _AMOUNTS:
                sign = SIGNS.get(last.reading, 1) * SIGNS[cue.reading]
                value = last.reading not in ("up", "down")
                names = ("better", "worse") if value else ("up", "down")
                out[-1] = replace(whole, reading=names[0] if sign > 0 else names[1])
                continue
            if cue.reading == "null":
                named = last.reading in SIGNS and cue.nuance == "similar_no_margin"
                inner = last.reading if named else None
                out[-1] = replace(whole, inner=cue.inner or inner, compares=True)
                continue
        out.append(cue)
    return out


def _is_measured_change(last: Cue, cue: Cue) -> bool:
    """Return whether a change is named first and its size judged after it."""
    if last.reading == "differs":
        return cue.reading == "null"
    if last.reading == "changed":
        return cue.directional and cue.compares
    return last.directional and not last.compares and not last.weak and cue.compares
