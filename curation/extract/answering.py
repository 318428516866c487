"""What an intervention did to an outcome, asked by name: increased, decreased, neither.

The extractor's own rules read the sentence (clauses, cues, negation, what a cue
governs, p); only the names are those of the question. The outcome is taken as it is
named: "reduction of pain" that was greater is increased, pain that improved decreased.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from curation.extract.asked import Asked, Token, Wording, more_is_better, tokens
from curation.extract.clauses import Clause, split
from curation.extract.composition import SIGNS, Cue
from curation.extract.cues import read_cues
from curation.extract.direction import bind
from curation.extract.direction_task import Answer, Question
from curation.extract.folding import fold
from curation.extract.markers import AGAINST
from curation.extract.sections import Line, decide, inline_label, label_role
from curation.extract.sentences import boundaries
from curation.extract.statistics import p_value
from curation.extract.subjects import is_trend

_RELEVANT = 1.0
_ROLE_WEIGHT = {
    "title": -0.8,
    "background": -2.0,
    "aim": -2.0,
    "methods": -1.6,
    "results": 0.5,
    "conclusions": 0.0,
    "other": -2.0,
}
_CONTROL = re.compile(
    r"\b(?:placebo|controls?|sham|untreated|usual|conventional|standard|comparators?|"
    r"no treatment|vehicle|saline)\b",
    re.IGNORECASE,
)
_ACTIVE = re.compile(
    r"\b(?:intervention|experimental|treatment|treated|active|study|test) "
    r"(?:groups?|arms?|patients|participants|subjects|children|women)\b|\btreated\b",
    re.IGNORECASE,
)
_CHANGE_UP = re.compile(
    r"\b(?:improv\w*|increas\w*|gain\w*|rise|elevat\w*|enhanc\w*)\b", re.IGNORECASE
)
_CHANGE_DOWN = re.compile(
    r"\b(?:reduc\w*|decreas\w*|declin\w*|decrement\w*|loss|fall in|drop|lower\w*|"
    r"relie\w*|prevent\w*|alleviat\w*|suppress\w*|weight loss)\b",
    re.IGNORECASE,
)
_NUMBER = re.compile(
    r"(?<![\w.])(-?\d+(?:,\d{3})*(?:\.\d+)?)(?!\s?(?:week|month|day|year|hour|h\b|mg|"
    r"min\b|patients|subjects|participants|women|of\b)|[\w-])"
)
_NO_VALUE = re.compile(
    r"[pP]\s?(?:[-\s]?values?)?\s?[=<>]{1,2}\s?$|±\s?$|\+/-\s?$|CI[:,]?\s?$|n\s?=\s?$|"
    r"\b95\s?$|SD[:=]?\s?$|\bto\s$|(?<=\d)\s?-\s?$|\(\s?$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Reading:
    """One sentence as it answers the question."""

    answer: Answer | None
    relevance: float
    sure: float
    rule: str
    start: int
    end: int


_AMONG = re.compile(
    r"\b(?:between|among|groups?|arms?|treatments|conditions|to (?:that|those|the))\b",
    re.IGNORECASE,
)
_ALL_ARMS = re.compile(
    r"\b(?:both|all|each|either|two|three|four) (?:[\w-]+ ){0,2}"
    r"(?:groups?|arms?|treatments?|conditions?|interventions?|regimens?|therapies|diets|methods)\b",
    re.IGNORECASE,
)
_BEFORE = re.compile(r"\b(?:baseline|before|pre|prior|initial)\b", re.IGNORECASE)
_NEW_STATEMENT = re.compile(
    r"\b(?:but|although|however|whereas|while|except|despite)\b|;|"
    r"\band (?:[\w-]+ ){0,6}(?:was|were|had|showed|did)\b",
    re.IGNORECASE,
)


def _lists(
    text: str, null: Sequence[Cue], directional: Sequence[Cue], place: tuple[int, int]
) -> bool:
    """Return whether "no difference in" governs the list in which an outcome stands."""
    before = [c for c in null if c.compares and c.end <= place[0]]
    if not before:
        return False
    cue = before[-1]
    return not _NEW_STATEMENT.search(text, cue.end, place[0]) and not any(
        cue.end < c.start < place[0] and c.compares for c in directional
    )


def predict(question: Question) -> Answer:
    """Return what became of the outcome under the intervention."""
    return answer(question)[0]


def answer(question: Question) -> tuple[Answer, tuple[Reading, ...]]:
    """Return the answer and the sentences it was read from, the best first."""
    readings = read(question)
    held = [r for r in readings if r.answer is not None and r.relevance > _RELEVANT]
    if not held:
        return Answer.NO_DIFFERENCE, readings
    return held[0].answer or Answer.NO_DIFFERENCE, readings


def read(question: Question) -> tuple[Reading, ...]:
    """Return the readings of all sentences, the most telling first."""
    text, lines = _lines(question)
    words = [tokens(text, start, end) for start, end, _ in lines]
    wording = Wording(text, words)
    outcome = wording.asked(question.outcome)
    arm = wording.asked(question.intervention, question.comparator)
    other = wording.asked(question.comparator, question.intervention)
    asked = _Asked(question, outcome, arm, other)
    out = [
        asked.read(text, start, end, role, found)
        for (start, end, role), found in zip(lines, words, strict=True)
    ]
    return tuple(sorted(out, key=lambda r: -(r.relevance + r.sure)))


def _lines(question: Question) -> tuple[str, list[tuple[int, int, str]]]:
    """Return the folded text and its sentences with their roles."""
    parts: list[str] = [question.title or "", *(s.text for s in question.sections)]
    text = fold("\n".join(part.replace("\n", " ") for part in parts))
    labels = [label_role(s.label) for s in question.sections]
    stops = [len(parts[0])]
    for part in parts[1:]:
        stops.append(stops[-1] + 1 + len(part))
    begins = [*boundaries(text), len(text)]
    spans: list[tuple[int, int]] = []
    lines: list[Line] = []
    title: list[tuple[int, int, str]] = []
    for start, end in pairwise(begins):
        if start < stops[0]:
            title.append((start, end, "title"))
            continue
        place = next((i for i, stop in enumerate(stops[1:]) if start < stop), 0)
        opened = inline_label(text[start:end])
        label = opened[0] if opened else labels[place] if labels else None
        spans.append((start, end))
        lines.append(Line(text[start:end], place, label))
    roles = decide(lines) if lines else []
    body = [(s, e, role) for (s, e), role in zip(spans, roles, strict=True)]
    return text, [*title, *body]


@dataclass(frozen=True, slots=True)
class _Asked:
    question: Question
    outcome: Asked
    arm: Asked
    other: Asked

    def read(
        self, text: str, start: int, end: int, role: str, found: Sequence[Token]
    ) -> Reading:
        covered = self.outcome.share(found)
        relevance = 4.0 * covered + _ROLE_WEIGHT.get(role, 0.0)
        relevance += 0.8 * self.arm.share(found) + 0.5 * self.other.share(found)
        sentence = text[start:end]
        if p_value(sentence):
            relevance += 0.4
        place = self.outcome.place(found)
        if place is None:
            place = (start, start)
            relevance -= 1.0
        label, sure, rule = self._label(text, start, end, place, found)
        return Reading(label, relevance, sure, rule, start, end)

    def _label(
        self,
        text: str,
        start: int,
        end: int,
        place: tuple[int, int],
        found: Sequence[Token],
    ) -> tuple[Answer | None, float, str]:
        clause = self._clause(text, start, end, place, found)
        cues = [
            c
            for c in read_cues(text, clause.start, clause.end)
            if c.reading not in ("linked", "unlinked", "mixed")
            and not self._is_name(c, text, place)
        ]
        strong = [c for c in cues if not c.weak]
        words = text[clause.start : clause.end]
        arms = self._arms(text, clause.start, clause.end, found)
        p = p_value(words)
        null = [c for c in strong if c.reading == "null"]
        directional = [c for c in strong if c.reading in (*SIGNS, "favours")]
        if is_trend(words):
            return Answer.NO_DIFFERENCE, 0.3, "trend"
        if not directional:
            counted = self._numbers(text, clause, place, arms)
            if null:
                return Answer.NO_DIFFERENCE, 1.0, "null"
            if p is not None and not p[1]:
                return Answer.NO_DIFFERENCE, 0.8, "p"
            if counted is not None:
                return counted, 0.4 if p else 0.0, "numbers"
            return None, -1.0, "nothing"
        if _lists(text, null, directional, place):
            return Answer.NO_DIFFERENCE, 1.0, "null list"
        usable = sorted([*null, *directional], key=lambda c: c.start)
        chosen = bind([place], usable, text)[0]
        cue = usable[chosen] if chosen is not None else usable[0]
        if cue.reading == "null":
            return Answer.NO_DIFFERENCE, 1.0, "null"
        if p is not None and not p[1] and len(directional) == 1:
            return Answer.NO_DIFFERENCE, 0.8, "p"
        if not cue.compares and not self._within():
            later = [
                c
                for c in read_cues(text, cue.end, end)
                if c.reading == "null"
                and c.compares
                and _AMONG.search(text, c.start - 30, c.end + 60)
            ]
            if later:
                return Answer.NO_DIFFERENCE, 0.6, "null after"
        sign = self._sign(cue)
        if self._turned(text, clause, cue, arms):
            sign = -sign
        label = Answer.INCREASED if sign > 0 else Answer.DECREASED
        sure = 0.6 + (0.3 if cue.compares else 0.0) + (0.3 if p else 0.0)
        if not cue.compares and not self._within() and _ALL_ARMS.search(words):
            sure -= 1.2
        return label, sure, f"cue {cue.text}"

    def _within(self) -> bool:
        """Return whether the question is about a change in one group."""
        return bool(_BEFORE.search(self.question.comparator))

    def _is_name(self, cue: Cue, text: str, place: tuple[int, int]) -> bool:
        """Return whether a cue is a only a word of a name: "best corrected"."""
        if cue.compares and cue.text.lower() not in ("best", "more"):
            return False
        if (
            re.match(
                r"best[\s-]corrected|exacerbat|relief|minim",
                text[cue.start : cue.end + 10],
                re.I,
            )
            and cue.start >= place[0] - 1
        ):
            return True
        own = {t.stem for t in tokens(cue.text)}
        return cue.text.lower() in self.question.intervention.lower() and bool(
            own & set(self.arm.weights)
        )

    def _clause(
        self,
        text: str,
        start: int,
        end: int,
        place: tuple[int, int],
        found: Sequence[Token],
    ) -> Clause:
        held = [t for t in found if t.stem in self.outcome.weights]

        def complete(begin: int, stop: int) -> bool:
            return any(begin <= t.start < stop for t in found) and any(
                not c.weak and c.reading != "differs"
                for c in read_cues(text, begin, stop)
            )

        clauses = split(text, start, end, complete)
        best = max(
            clauses,
            key=lambda c: (
                sum(
                    self.outcome.weights[s]
                    for s in {t.stem for t in held if c.start <= t.start < c.end}
                ),
                c.start <= place[0] < c.end,
            ),
        )
        if complete(best.start, best.end):
            return best
        index = clauses.index(best)
        first = max(0, index - 1)
        return Clause(
            clauses[first].start, clauses[min(len(clauses) - 1, index + 1)].end
        )

    def _arms(
        self, text: str, start: int, end: int, found: Sequence[Token]
    ) -> list[tuple[int, int, bool]]:
        """Return where the arms are named: (start, end, whether it is ours)."""
        inside = [t for t in found if start <= t.start < end]
        out = [(s, e, True) for s, e in self.arm.places(inside)]
        out += [(s, e, False) for s, e in self.other.places(inside)]
        taken = [(s, e) for s, e, _ in out]

        def free(at: int, stop: int) -> bool:
            return all(stop <= s or e <= at for s, e in taken)

        if _CONTROL.search(self.question.comparator) or not self.question.comparator:
            out += [
                (m.start(), m.end(), False)
                for m in _CONTROL.finditer(text, start, end)
                if free(m.start(), m.end())
            ]
            out += [
                (m.start(), m.end(), True)
                for m in _ACTIVE.finditer(text, start, end)
                if free(m.start(), m.end())
            ]
        return sorted(out)

    def _turned(
        self,
        text: str,
        clause: Clause,
        cue: Cue,
        arms: Sequence[tuple[int, int, bool]],
    ) -> bool:
        """Return whether the sentence speaks of the other arm."""
        if not arms:
            return False
        if cue.reading == "favours":
            after = [a for a in arms if a[0] >= cue.end]
            return bool(after) and not after[0][2]
        for match in AGAINST.finditer(text, clause.start, clause.end):
            after = [a for a in arms if 0 <= a[0] - match.end() <= 60]
            if after:
                return after[0][2]
        nearest = min(
            arms, key=lambda a: min(abs(a[0] - cue.end), abs(cue.start - a[1]))
        )
        return not nearest[2] and not any(a[2] for a in arms)

    def _sign(self, cue: Cue) -> int:
        """Return +1 where more of the outcome as named is meant."""
        name = self.question.outcome
        down, up = _CHANGE_DOWN.search(name), _CHANGE_UP.search(name)
        sign = SIGNS.get(cue.reading, 1)
        if cue.reading in ("better", "worse", "favours"):
            if down or up:
                return sign
            return sign if more_is_better(name) else -sign
        if down and re.search(
            r"reduc|decreas|declin|loss|drop|fell|lower", cue.text, re.I
        ):
            return -sign
        return sign

    def _numbers(
        self,
        text: str,
        clause: Clause,
        place: tuple[int, int],
        arms: Sequence[tuple[int, int, bool]],
    ) -> Answer | None:
        """Return what two numbers say that stand in the order of two arms."""
        order: list[bool] = []
        for _, _, ours in arms:
            if not order or order[-1] != ours:
                order.append(ours)
        if len(order) < 2:
            return None
        values = [
            float(m[1].replace(",", ""))
            for m in _NUMBER.finditer(text, place[0], clause.end)
            if not _NO_VALUE.search(text, max(clause.start, m.start() - 14), m.start())
        ]
        if len(values) < 2 or values[0] == values[1]:
            return None
        higher = values[0] > values[1]
        return Answer.INCREASED if higher == order[0] else Answer.DECREASED
