"""What one sentence answers to a question about a named outcome.

The clause that holds the outcome's words is read by the extractor's rules: its cues,
what they govern, what is denied, p. A null that follows ("but this was not
significant", "without differences between the groups") decides.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from curation.extract.asked import Asked, Token, more_is_better, tokens
from curation.extract.clauses import Clause, split
from curation.extract.composition import SIGNS, Cue
from curation.extract.cues import negations, read_cues
from curation.extract.direction import bind
from curation.extract.direction_task import Answer, Question
from curation.extract.sides import Side, Sides, in_numbers, turned
from curation.extract.statistics import p_value, spans_no_effect
from curation.extract.subjects import is_trend

_CHANGE_UP = re.compile(
    r"\b(?:improv\w*|increas\w*|gain\w*|rise|elevat\w*|enhanc\w*)\b", re.IGNORECASE
)
_CHANGE_DOWN = re.compile(
    r"\b(?:reduc\w*|decreas\w*|declin\w*|decrement\w*|loss|fall in|drop|lower\w*|"
    r"relie\w*|prevent\w*|alleviat\w*|suppress\w*|weight loss)\b",
    re.IGNORECASE,
)
_FELL = re.compile(r"reduc|decreas|declin|loss|drop|fell|lower", re.IGNORECASE)
_FOR = re.compile(
    r"\s(?:in|for|at)\s(?:\w+ly\s)?(?:(reduc|decreas|lower|prevent|alleviat|reliev|"
    r"treat|controll|suppress|minimi)|(increas|rais|enhanc|elevat))\w*ing\b",
    re.IGNORECASE,
)
_AMONG = re.compile(
    r"\b(?:between|among|groups?|arms?|treatments|conditions|to (?:that|those|the))\b",
    re.IGNORECASE,
)
_ALL_ARMS = re.compile(
    r"\b(?:both|all|each|either|two|three|four) (?:[\w-]+ ){0,2}"
    r"(?:groups?|arms?|treatments?|conditions?|interventions?|regimens?|therapies|"
    r"diets|methods)\b",
    re.IGNORECASE,
)
_BEFORE = re.compile(r"\b(?:baseline|before|pre|prior|initial)\b", re.IGNORECASE)
_NEW_STATEMENT = re.compile(
    r"\b(?:but|although|however|whereas|while|except|despite)\b|;|"
    r"\band (?:[\w-]+ ){0,6}(?:was|were|had|showed|did)\b",
    re.IGNORECASE,
)
_TAKEN_BACK = re.compile(
    r"\b(?:but|though|although|however|yet)\b[^;]{0,60}?\b(?:not|non)[\s-]?"
    r"(?:(?:statistically|reach\w*|clinically)\s)?(?:statistical\s)?signific",
    re.IGNORECASE,
)
_NAMES = re.compile(r"exacerbat|relief|minim", re.IGNORECASE)
_DENIED_WORDS = 5


@dataclass(frozen=True, slots=True)
class Verdict:
    """An answer, None where the sentence gives none, and how sure it is."""

    answer: Answer | None
    sure: float
    rule: str


_NO = Answer.NO_DIFFERENCE


@dataclass(frozen=True, slots=True)
class SentenceReader:
    """Reads sentences for one question."""

    question: Question
    outcome: Asked
    sides: Sides

    def verdict(
        self,
        text: str,
        start: int,
        end: int,
        place: tuple[int, int],
        found: Sequence[Token],
    ) -> Verdict:
        """Return what the sentence `text[start:end]` answers.

        Parameters
        ----------
        place
            Where the outcome's words stand.
        found
            The sentence's words.
        """
        clause = self._clause(text, start, end, place, found)
        cues = [
            c
            for c in read_cues(text, clause.start, clause.end)
            if c.reading not in ("linked", "unlinked", "mixed")
            and not self._is_name(c, place)
        ]
        words = text[clause.start : clause.end]
        sides = self.sides.find(text, clause, found)
        p = p_value(words)
        null = [c for c in cues if c.reading == "null" and not c.weak]
        ways = [c for c in cues if c.reading in (*SIGNS, "favours") and not c.weak]
        if is_trend(words):
            return Verdict(_NO, 0.3, "trend")
        if not ways:
            return _without_cue(text, clause, place, sides, null)
        if _lists(text, null, ways, place):
            return Verdict(_NO, 1.0, "null list")
        usable = sorted([*null, *ways], key=lambda c: c.start)
        chosen = bind([place], usable, text)[0]
        cue = usable[chosen] if chosen is not None else usable[0]
        if cue.reading == "null":
            return Verdict(_NO, 1.0, "null")
        if p is not None and not p[1] and len(ways) == 1:
            return Verdict(_NO, 0.8, "p")
        if p is None and len(ways) == 1 and spans_no_effect(words):
            return Verdict(_NO, 0.7, "interval")
        if _TAKEN_BACK.search(text, cue.end, end):
            return Verdict(_NO, 0.8, "taken back")
        within = _BEFORE.search(self.question.comparator) is not None
        if not cue.compares and not within and _alike_after(text, cue.end, end):
            return Verdict(_NO, 0.6, "null after")
        sign = self._sign(cue, text)
        if turned(text, clause, cue, sides):
            sign = -sign
        sure = 0.6 + (0.3 if cue.compares else 0.0) + (0.3 if p else 0.0)
        if not cue.compares and not within and _ALL_ARMS.search(words):
            sure -= 1.2
        answer = Answer.INCREASED if sign > 0 else Answer.DECREASED
        return Verdict(answer, sure, f"cue {cue.text}")

    def _is_name(self, cue: Cue, place: tuple[int, int]) -> bool:
        """Return whether a cue is only a word of a name: "exacerbations"."""
        if cue.compares:
            return False
        if _NAMES.match(cue.text) and cue.start >= place[0] - 1:
            return True
        own = {t.stem for t in tokens(cue.text)}
        asked = self.question.intervention.lower()
        return cue.text.lower() in asked and bool(own & set(self.sides.ours.weights))

    def _clause(
        self,
        text: str,
        start: int,
        end: int,
        place: tuple[int, int],
        found: Sequence[Token],
    ) -> Clause:
        """Return the clause with most of the outcome, wider where it says nothing."""
        held = [t for t in found if t.stem in self.outcome.weights]

        def complete(begin: int, stop: int) -> bool:
            return any(begin <= t.start < stop for t in found) and any(
                not c.weak and c.reading != "differs"
                for c in read_cues(text, begin, stop)
            )

        def worth(clause: Clause) -> tuple[float, bool]:
            inside = {t.stem for t in held if clause.start <= t.start < clause.end}
            weight = sum(self.outcome.weights[s] for s in inside)
            return weight, clause.start <= place[0] < clause.end

        clauses = split(text, start, end, complete)
        best = max(clauses, key=worth)
        if complete(best.start, best.end):
            return best
        at = clauses.index(best)
        last = min(len(clauses) - 1, at + 1)
        return Clause(clauses[max(0, at - 1)].start, clauses[last].end)

    def _sign(self, cue: Cue, text: str) -> int:
        """Return +1 where more of the outcome as named is meant."""
        name = self.question.outcome
        down, up = _CHANGE_DOWN.search(name), _CHANGE_UP.search(name)
        sign = SIGNS.get(cue.reading, 1)
        if cue.reading in ("better", "worse", "favours"):
            if down or up:
                return sign
            if aimed := _FOR.match(text, cue.end):
                return -sign if aimed[1] else sign
            return sign if more_is_better(name) else -sign
        if down and _FELL.search(cue.text):
            return -sign
        return sign


def _without_cue(
    text: str,
    clause: Clause,
    place: tuple[int, int],
    sides: Sequence[Side],
    null: Sequence[Cue],
) -> Verdict:
    p = p_value(text[clause.start : clause.end])
    if null:
        return Verdict(_NO, 1.0, "null")
    if p is not None and not p[1]:
        return Verdict(_NO, 0.8, "p")
    for start, stop in negations(text, clause.start, clause.end):
        gap = text[stop : place[0]]
        if stop <= place[0] and len(gap.split()) <= _DENIED_WORDS:
            return Verdict(_NO, 0.5, f"denied {text[start:stop]}")
    counted = in_numbers(text, place[0], clause, sides)
    if counted is not None:
        return Verdict(counted, 0.4 if p else 0.0, "numbers")
    return Verdict(None, -1.0, "nothing")


def _alike_after(text: str, start: int, end: int) -> bool:
    """Return whether arms are said not to differ after a change was told."""
    return any(
        c.reading == "null"
        and c.compares
        and _AMONG.search(text, c.start - 30, c.end + 60)
        for c in read_cues(text, start, end)
    )


def _lists(
    text: str, null: Sequence[Cue], ways: Sequence[Cue], place: tuple[int, int]
) -> bool:
    """Return whether "no difference in" governs the list in which an outcome stands."""
    before = [c for c in null if c.compares and c.end <= place[0]]
    if not before:
        return False
    cue = before[-1]
    return not _NEW_STATEMENT.search(text, cue.end, place[0]) and not any(
        cue.end < c.start < place[0] and c.compares for c in ways
    )
