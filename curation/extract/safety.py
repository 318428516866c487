"""Statements about safety and tolerability that compare nothing.

"Well tolerated" and "no serious adverse events" say that no harm was seen; "transient
dissociation" and "discontinued because of" say that some was. A list of side effects
with their rates is neither, unless it holds them against another arm.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from curation.extract import lexicon
from curation.extract.composition import words_between
from curation.extract.cues import negations
from curation.extract.named import Named
from evidence.types import Direction

_ALTHOUGH_WELL = re.compile(r"\b(?:as|equally|similarly|better|less)\s$", re.IGNORECASE)


_GENERIC = re.compile(r"\b(?:event|effect|reaction|tolera|safety|AE)", re.I)
_RELATION = re.compile(r"associat|correlat|relation|differen|predict", re.IGNORECASE)
_NONE = re.compile(r"(?:no|without|absence|lack|neither|nor)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Tolerability:
    """What a sentence says of safety without comparing."""

    direction: Direction
    start: int
    end: int
    words: str


def _of_any_kind(text: str, cue: lexicon.Found, outcomes: Sequence[Named]) -> bool:
    """Return whether side effects in general are called mild, whatever the examples."""
    told = [
        o
        for o in outcomes
        if text.count("(", cue.start, o.start) <= text.count(")", cue.start, o.start)
        and text.count("(", o.end, cue.start) >= text.count(")", o.end, cue.start)
    ]
    return bool(told) and all(_GENERIC.search(o.words) for o in told)


def tolerability(
    text: str, start: int, end: int, outcomes: Sequence[Named]
) -> Tolerability | None:
    """Return what the sentence `text[start:end]` says of safety, None where nothing.

    Parameters
    ----------
    outcomes
        The safety outcomes that are named in it.
    """
    denied = negations(text, start, end)
    found = lexicon.load("safety").find(text, start, end)
    if any(f.entry.reading == "list" for f in found) and not any(
        f.entry.more.get("own") for f in found
    ):
        return None
    best: Tolerability | None = None
    mild = False
    for cue in found:
        reading = cue.entry.reading
        if reading == "mild":
            # Mild side effects are tolerated; mild dissociation is there all the same.
            reading = "tolerated" if _of_any_kind(text, cue, outcomes) else "harmed"
        if reading not in ("tolerated", "harmed"):
            continue
        if _ALTHOUGH_WELL.search(text[max(start, cue.start - 12) : cue.start]):
            continue
        if not cue.entry.more.get("own"):
            near = [o for o in outcomes if abs(o.start - cue.end) < 90]
            if not near:
                continue
        negated = any(
            s < cue.start and words_between(text, e, cue.start) <= 4
            for s, e in denied
            if e <= cue.start
        )
        harm = (reading == "harmed") != negated
        direction = Direction.WORSENS if harm else Direction.NO_CLEAR_DIFFERENCE
        # "Mild and transient, none serious": that none was serious is the verdict.
        graver = cue.entry.more.get("own") and mild
        if best is None or graver:
            mild = cue.entry.reading == "mild"
            best = Tolerability(
                direction, cue.start, cue.end, text[cue.start : cue.end]
            )
    if best is None and denied and outcomes:
        for named in outcomes:
            for first, stop in denied:
                if not _NONE.match(text, first) or _RELATION.search(
                    text, stop, named.start
                ):
                    continue
                if stop <= named.start and words_between(text, stop, named.start) <= 4:
                    return Tolerability(
                        Direction.NO_CLEAR_DIFFERENCE,
                        named.start,
                        named.end,
                        text[first : named.end],
                    )
    return best
