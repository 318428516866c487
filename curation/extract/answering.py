"""What an intervention did to an outcome, asked by name: increased, decreased, neither.

The extractor's own rules read the sentence (clauses, cues, negation, what a cue
governs, p); only the names are those of the question. The outcome is taken as it is
named: "reduction of pain" that was greater is increased, pain that improved decreased.
"""

from dataclasses import dataclass
from itertools import pairwise

from curation.extract.asked import Wording, tokens
from curation.extract.asked_sentence import SentenceReader
from curation.extract.direction_task import Answer, Question
from curation.extract.folding import fold
from curation.extract.section_model import Line, load_sections
from curation.extract.sections import decide, inline_label, label_role
from curation.extract.sentences import boundaries
from curation.extract.sides import Sides
from curation.extract.statistics import p_value
from curation.extract.trained import SHIPPED

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


@dataclass(frozen=True, slots=True)
class Reading:
    """One sentence as it answers the question."""

    answer: Answer | None
    relevance: float
    sure: float
    rule: str
    start: int
    end: int


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
    ours = wording.asked(question.intervention, question.comparator)
    other = wording.asked(question.comparator, question.intervention)
    reader = SentenceReader(question, outcome, Sides(question, ours, other))
    out = []
    for (start, end, role), found in zip(lines, words, strict=True):
        relevance = 4.0 * outcome.share(found) + _ROLE_WEIGHT.get(role, 0.0)
        relevance += 0.8 * ours.share(found) + 0.5 * other.share(found)
        relevance += 0.4 if p_value(text[start:end]) else 0.0
        place = outcome.place(found)
        if place is None:
            relevance -= 1.0
        verdict = reader.verdict(text, start, end, place or (start, start), found)
        out.append(
            Reading(verdict.answer, relevance, verdict.sure, verdict.rule, start, end)
        )
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
    roles = decide(lines, load_sections(SHIPPED)) if lines else []
    body = [(s, e, role) for (s, e), role in zip(spans, roles, strict=True)]
    return text, [*title, *body]
