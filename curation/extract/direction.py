"""What a cue says about an outcome, for the patient.

"Decreased" is good for a severity score, bad for memory. For a marker without a good
side the healthy norm in lexicons/norms.toml decides, as the abstracts argue it.
"""

import re
from collections.abc import Mapping, Sequence
from functools import cache

from curation.extract import lexicon
from curation.extract.composition import SIGNS, Cue
from evidence.types import Direction

Better = Mapping[str, str]
"""For each outcome's slug, which side is good: lower, higher, or a marker's norm."""

MARKER = "marker-"
"""Stands before the side of a marker that the protocol gives no good side."""

_AMOUNT_OF = re.compile(r"reductions?$", re.IGNORECASE)
_RESPONSE = re.compile(r"respon(?:se|ders?)\b", re.IGNORECASE)
_IN = re.compile(r"\s(?:in|of)\s", re.IGNORECASE)
_CHANGE_OF = re.compile(r"\w+ (?:in|of)\b|changes?\b", re.IGNORECASE)


@cache
def norm(words: str) -> str | None:
    """Return the healthy side of a marker as named, None where no lexicon knows it."""
    found = lexicon.load("norms").find(words)
    return found[0].entry.reading if found else None


def good_side(slug: str, words: str, better: Better) -> str:
    """Return which side of an outcome is good: "lower" or "higher".

    The words as printed decide about a marker before its row does: "weight loss" is
    good where "weight" is not.
    """
    side = better.get(slug, "lower")
    if not side.startswith(MARKER):
        return side
    return norm(words.lower()) or side.removeprefix(MARKER)


def of(cue: Cue, slug: str, words: str, better: Better) -> Direction:
    """Return the direction that a cue gives an outcome, first arm against second."""
    if cue.reading == "null":
        return Direction.NO_CLEAR_DIFFERENCE
    if cue.text and cue.text in words and cue.reading in ("up", "down"):
        # The change is part of the outcome's name: "symptom reduction".
        if better.get(slug) == "higher":
            return Direction.IMPROVES
        if not _CHANGE_OF.match(words):
            return Direction.NOT_STATED
    if cue.reading == "mixed":
        return Direction.MIXED
    if (
        cue.reading == "down"
        and better.get(slug) == "higher"
        and _AMOUNT_OF.search(cue.text)
        and _RESPONSE.match(words)
    ):
        # "A 50% reduction response": the reduction is the response.
        return Direction.IMPROVES
    if cue.reading in ("better", "worse"):
        sign = SIGNS[cue.reading]
    elif cue.reading in ("up", "down"):
        sign = SIGNS[cue.reading]
        if good_side(slug, words, better) == "lower":
            sign = -sign
    elif cue.reading in ("changed", "favours"):
        sign = 1
    else:
        return Direction.NOT_STATED
    return Direction.IMPROVES if sign > 0 else Direction.WORSENS


def bind(
    outcomes: Sequence[tuple[int, int]], cues: Sequence[Cue], text: str
) -> list[int | None]:
    """Return for each outcome which cue governs it, None where none does.

    In "A decreased and B increased" each outcome has the cue after it, in "greater
    reduction of A and less of B" the cue before it; a list shares its one cue.
    """
    if not cues:
        return [None] * len(outcomes)
    strong = [i for i, c in enumerate(cues) if not c.weak] or list(range(len(cues)))
    names = {
        i: (start, end)
        for i in strong
        for start, end in outcomes
        if start <= cues[i].start and cues[i].end <= end
    }
    if len(strong) == 1 and not names:
        return [strong[0]] * len(outcomes)
    cue_first = not outcomes or cues[strong[0]].start < outcomes[0][0]
    out: list[int | None] = []
    for start, end in outcomes:
        usable = [
            i
            for i in strong
            if (start, end) == names.get(i, (start, end))
            or (start >= names[i][1] and _same_bracket(cues[i], start, text))
        ]
        before = [i for i in usable if cues[i].start < end]
        after = [i for i in usable if cues[i].start >= start]
        out.append(_nearest(start, end, before, after, cues, text, cue_first))
    return out


def reaches_on(text: str, cue: Cue) -> bool:
    """Return whether a cue names what changed after it: "increases in"."""
    return cue.directional and _IN.match(text, cue.end) is not None


def _same_bracket(cue: Cue, at: int, text: str) -> bool:
    """Return whether a cue in brackets stands in the same ones as the outcome.

    A verdict in brackets, "sleep (drug superior to placebo)", speaks of what precedes.
    """
    if cue.compares and cue.alone:
        return True
    opened = text.rfind("(", max(0, cue.start - 150), cue.start)
    if opened == -1 or text.find(")", opened, cue.start) != -1:
        return True
    closed = text.find(")", cue.start, cue.start + 200)
    return opened < at and (closed == -1 or at < closed)


def _nearest(
    start: int,
    end: int,
    before: Sequence[int],
    after: Sequence[int],
    cues: Sequence[Cue],
    text: str,
    cue_first: bool,
) -> int | None:
    if not before:
        return after[0] if after else None
    if not after:
        return before[-1]
    left, right = before[-1], after[0]
    if cues[left].end >= start or (
        reaches_on(text, cues[left]) and reaches_on(text, cues[right])
    ):
        return left
    gap_left = text[cues[left].end : start]
    gap_right = text[end : cues[right].start]
    cost_left = (
        1.0 * len(gap_left) + 40 * gap_left.count(",") + 30 * gap_left.count(" and ")
    )
    cost_right = 1.0 * len(gap_right) + 40 * gap_right.count(",")
    cost_right += 30 * gap_right.count(" and ")
    if cue_first:
        cost_left *= 0.6
    else:
        cost_right *= 0.6
    return left if cost_left <= cost_right else right
