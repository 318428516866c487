"""Which of two arms a clause speaks of, where a question names them in any words.

Ours is the arm whose effect is asked about, the other what it is held against. "The
control group" and "group B" count for what the question calls so.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from curation.extract.asked import Asked, Token
from curation.extract.clauses import Clause
from curation.extract.composition import Cue
from curation.extract.direction_task import Answer, Question
from curation.extract.markers import AGAINST

_CONTROL = re.compile(
    r"\b(?:placebo|controls?|sham|untreated|usual|conventional|standard|comparators?|"
    r"no treatment|vehicle|saline|CG|PLA)\b",
    re.IGNORECASE,
)
_ACTIVE = re.compile(
    r"\b(?:intervention|experimental|treatment|treated|active|study|test|trial) "
    r"(?:groups?|arms?|patients|participants|subjects|children|women)\b|\btreated\b|"
    r"\b(?:IG|EG)\b",
    re.IGNORECASE,
)
_LABEL = re.compile(
    r"\b(?:[Gg]roup|[Aa]rm|[Cc]ohort)s?\s([A-Z]{1,3}\d?|\d|I{1,3}V?)\b|"
    r"\(([A-Z]{1,4}\d?)(?: group)?\)|\b([A-Z]{1,4}\d?) group\b"
)
_LACKING = re.compile(r"\b(?:non-?|no |without (?:the |an? )?)$", re.IGNORECASE)
_NUMBER = re.compile(
    r"(?<![\w.])(-?\d+(?:,\d{3})*(?:\.\d+)?)(?!\s?(?:week|month|day|year|hour|h\b|mg|"
    r"min\b|patients|subjects|participants|women|of\b)|[\w-])"
)
_NO_VALUE = re.compile(
    r"[pP]\s?(?:[-\s]?values?)?\s?[=<>]{1,2}\s?$|±\s?$|\+/-\s?$|CI[:,]?\s?$|n\s?=\s?$|"
    r"\b95\s?$|SD[:=]?\s?$|\bto\s$|(?<=\d)\s?-\s?$|\(\s?$",
    re.IGNORECASE,
)
_NEAR = 60


@dataclass(frozen=True, slots=True)
class Side:
    """A mention of one of the two arms."""

    start: int
    end: int
    ours: bool


@dataclass(frozen=True, slots=True)
class Sides:
    """How the two arms of a question are found in a clause."""

    question: Question
    ours: Asked
    other: Asked

    def find(
        self, text: str, clause: Clause, found: Sequence[Token]
    ) -> tuple[Side, ...]:
        """Return where the arms are named, from left to right."""
        inside = [t for t in found if clause.start <= t.start < clause.end]
        out = [
            Side(s, e, _LACKING.search(text, max(0, s - 14), s) is None)
            for s, e in self.ours.places(inside)
        ]
        out += [Side(s, e, False) for s, e in self.other.places(inside)]
        out += self._labelled(text, clause, out)
        asked = self.question.comparator
        if not asked or _CONTROL.search(asked):
            for pattern, ours in ((_CONTROL, False), (_ACTIVE, True)):
                taken = list(out)
                out += [
                    Side(m.start(), m.end(), ours)
                    for m in pattern.finditer(text, clause.start, clause.end)
                    if all(m.end() <= a.start or a.end <= m.start() for a in taken)
                ]
        return tuple(sorted(out, key=lambda a: (a.start, a.end)))

    def _labelled(self, text: str, clause: Clause, taken: Sequence[Side]) -> list[Side]:
        """Return "group B" and "the KIN group", where the question uses the label."""
        ours = _labels(self.question.intervention)
        others = _labels(self.question.comparator)
        return [
            Side(match.start(), match.end(), label in ours)
            for match in _LABEL.finditer(text, clause.start, clause.end)
            for label in match.groups()
            if label is not None
            and (label in ours) != (label in others)
            and all(match.end() <= a.start or a.end <= match.start() for a in taken)
        ]


def _labels(words: str) -> set[str]:
    return {g for match in _LABEL.finditer(words) for g in match.groups() if g}


def turned(text: str, clause: Clause, cue: Cue, sides: Sequence[Side]) -> bool:
    """Return whether a clause speaks of the other arm: "higher with placebo"."""
    if not sides:
        return False
    if cue.reading == "favours":
        after = [a for a in sides if a.start >= cue.end]
        return bool(after) and not after[0].ours
    for match in AGAINST.finditer(text, clause.start, clause.end):
        after = [a for a in sides if 0 <= a.start - match.end() <= _NEAR]
        if after:
            return all(a.ours for a in after) and not any(
                a.ours for a in sides if a.end <= match.start()
            )
    return not any(a.ours for a in sides)


def in_numbers(
    text: str, start: int, clause: Clause, sides: Sequence[Side]
) -> Answer | None:
    """Return what two numbers after `start` say that stand in the order of two arms."""
    order: list[bool] = []
    for side in sides:
        if not order or order[-1] != side.ours:
            order.append(side.ours)
    if len(order) < 2:
        return None
    values = [
        float(m[1].replace(",", ""))
        for m in _NUMBER.finditer(text, start, clause.end)
        if not _NO_VALUE.search(text, max(clause.start, m.start() - 14), m.start())
    ]
    if len(values) < 2 or values[0] == values[1]:
        return None
    higher = values[0] > values[1]
    return Answer.INCREASED if higher == order[0] else Answer.DECREASED
