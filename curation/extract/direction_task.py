"""One question at a time: what an intervention did to a named outcome.

The task of Evidence Inference (Lehman 2019, DeYoung 2020): given an abstract, an
intervention, a comparator and an outcome, say whether the outcome as it is named was
increased, decreased or not different. Nothing is said of good or bad, and any
field of medicine may be asked about, so this measures the reading of results apart from
the reading of names.

Who answers is passed in as a function; the extractor's own is `answering.predict`.
"""

import json
import random
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from curation.errors import ExtractorError
from curation.extract.gold import Printed, SectionRow
from curation.extract.json_lines import bad_row, read_bytes, rows
from curation.extract.scoring import DIGITS, RESAMPLES, SEED, f_measure, rounded
from evidence.records import Section


class Answer(StrEnum):
    """What became of the outcome as it is named, good or bad."""

    INCREASED = "increased"
    DECREASED = "decreased"
    NO_DIFFERENCE = "no_difference"


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """An abstract with what is asked about it."""

    id: str
    """What predictions name it by; its line where the file has no id."""
    article: str
    """Questions on one article are resampled together."""
    title: str | None
    sections: tuple[Section, ...]
    intervention: str
    comparator: str
    outcome: str
    label: Answer | None
    """None where the file keeps the answer back."""


Predictor = Callable[[Question], Answer]


def _no_words(value: Any) -> Any:
    return "" if value is None else value


class _QuestionRow(BaseModel):
    model_config = ConfigDict(frozen=True)

    id: Printed | None = None
    pmid: Printed | None = None
    title: str | None = None
    sections: tuple[SectionRow, ...]
    intervention: str
    comparator: Annotated[str, BeforeValidator(_no_words)] = ""
    outcome: str
    label: Answer | None = None

    def question(self, line: int) -> Question:
        key = self.id or f"line {line}"
        return Question(
            id=key,
            article=self.pmid or key,
            title=self.title,
            sections=tuple(s.section() for s in self.sections),
            intervention=self.intervention,
            comparator=self.comparator,
            outcome=self.outcome,
            label=self.label,
        )


def load_questions(path: Path) -> tuple[Question, ...]:
    """Read a file of questions, one JSON object a line.

    Raises
    ------
    ExtractorError
        On the first line that cannot be read, or where an id stands twice.
    """
    found: dict[str, Question] = {}
    for line, row in rows(path, read_bytes(path)):
        try:
            question = _QuestionRow.model_validate(row).question(line)
        except ValidationError as error:
            raise bad_row(path, line, row, error) from None
        if question.id in found:
            raise ExtractorError(
                f"{path} line {line}: id {question.id} stands twice; "
                "predictions are told apart by it, so give each line its own"
            )
        found[question.id] = question
    if not found:
        raise ExtractorError(f"{path} holds no question; give JSON Lines")
    return tuple(found.values())


@dataclass(frozen=True, slots=True)
class DirectionScore:
    """How the labelled questions were answered."""

    n: int
    macro_f1: float
    interval: tuple[float, float]
    """95 %, by bootstrap over articles."""
    accuracy: float
    inversion_rate: float
    """Increased taken for decreased or the reverse."""
    f1: Mapping[Answer, float]
    confusion: Mapping[Answer, Mapping[Answer, int]]
    """By label, then by prediction."""


@dataclass(frozen=True, slots=True)
class DirectionEvaluation:
    """All predictions, with their score where the file gives labels."""

    predictions: tuple[tuple[Question, Answer], ...]
    score: DirectionScore | None


def evaluate_direction(
    questions: Iterable[Question], predict: Predictor
) -> DirectionEvaluation:
    """Answer every question and score those that have a label."""
    predictions = tuple((question, predict(question)) for question in questions)
    return DirectionEvaluation(predictions, score_answers(predictions))


_Pair = tuple[Answer, Answer]


def score_answers(
    predictions: Iterable[tuple[Question, Answer]],
) -> DirectionScore | None:
    """Return the score of the labelled questions, None where there are none."""
    articles: dict[str, list[_Pair]] = {}
    for question, answer in predictions:
        if question.label is not None:
            articles.setdefault(question.article, []).append((question.label, answer))
    if not articles:
        return None
    count = Counter(pair for pairs in articles.values() for pair in pairs)
    n = count.total()
    inverted = (
        count[Answer.INCREASED, Answer.DECREASED]
        + count[Answer.DECREASED, Answer.INCREASED]
    )
    return DirectionScore(
        n=n,
        macro_f1=_macro_f1(count),
        interval=_interval(tuple(articles.values())),
        accuracy=rounded(sum(count[a, a] for a in Answer), n),
        inversion_rate=rounded(inverted, n),
        f1={a: _f1(count, a) for a in Answer},
        confusion={g: {f: count[g, f] for f in Answer} for g in Answer},
    )


def _f1(count: Counter[_Pair], answer: Answer) -> float:
    return f_measure(
        count[answer, answer],
        sum(count[gold, answer] for gold in Answer),
        sum(count[answer, found] for found in Answer),
    )


def _macro_f1(count: Counter[_Pair]) -> float:
    return round(sum(_f1(count, answer) for answer in Answer) / len(Answer), DIGITS)


def _interval(articles: Sequence[Sequence[_Pair]]) -> tuple[float, float]:
    draws = random.Random(SEED)
    f1s = sorted(
        _macro_f1(
            Counter(
                pair
                for pairs in draws.choices(articles, k=len(articles))
                for pair in pairs
            )
        )
        for _ in range(RESAMPLES)
    )
    tail = RESAMPLES // 40
    return f1s[tail], f1s[RESAMPLES - tail - 1]


def write_predictions(path: Path, evaluation: DirectionEvaluation) -> None:
    """Write one line a question, id and label, so that others can score them.

    Raises
    ------
    ExtractorError
        Where the file cannot be written.
    """
    lines = (
        json.dumps({"id": question.id, "label": answer}, ensure_ascii=False) + "\n"
        for question, answer in evaluation.predictions
    )
    try:
        path.write_text("".join(lines), encoding="utf-8")
    except OSError as error:
        raise ExtractorError(
            f"predictions cannot be written to {path} ({error.strerror}); "
            "name a file in a folder that exists"
        ) from None


def direction_json(evaluation: DirectionEvaluation) -> dict[str, Any]:
    """Return the score as plain JSON values; macro_f1 is null without labels."""
    questions = len(evaluation.predictions)
    if evaluation.score is None:
        return {"questions": questions, "n": 0, "macro_f1": None}
    row = asdict(evaluation.score)
    interval = row.pop("interval")
    return {"questions": questions, **row, "ci95": list(interval)}


def render_direction(evaluation: DirectionEvaluation) -> RenderableType:
    """Return the figures, and labels against predictions as a table."""
    score = evaluation.score
    if score is None:
        return Text(f"{len(evaluation.predictions)} questions, none has a label")
    low, high = score.interval
    table = Table()
    table.add_column("label \\ predicted")
    for answer in Answer:
        table.add_column(answer, justify="right")
    table.add_column("F1", justify="right")
    for gold in Answer:
        found = (str(score.confusion[gold][answer]) for answer in Answer)
        table.add_row(gold, *found, f"{score.f1[gold]:.3f}")
    return Group(
        Text(
            f"macro-F1 {score.macro_f1:.3f} (95 % CI {low:.3f}-{high:.3f}), "
            f"accuracy {score.accuracy:.3f}, inversions {score.inversion_rate:.3f}, "
            f"n {score.n}"
        ),
        table,
    )
