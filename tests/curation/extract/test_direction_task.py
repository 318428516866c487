"""The direction task: questions in, answers out, and how many of them are right."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from curation.errors import ExtractorError
from curation.extract.direction_task import (
    Answer,
    Question,
    direction_json,
    evaluate_direction,
    load_questions,
    render_direction,
    write_predictions,
)

ROW: dict[str, Any] = {
    "id": "11",
    "pmid": "501",
    "title": "Zinc for colds",
    "sections": [{"label": "RESULTS", "text": "Colds were shorter on zinc."}],
    "intervention": "zinc",
    "comparator": "placebo",
    "outcome": "duration of colds",
    "label": "decreased",
}


def write(path: Path, *rows: Any) -> Path:
    path.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    return path


def question(number: int, label: str | None, article: str | None = None) -> Question:
    return Question(
        id=str(number),
        article=article or str(number),
        title=None,
        sections=(),
        intervention="zinc",
        comparator="placebo",
        outcome=f"outcome {number}",
        label=Answer(label) if label else None,
    )


QUESTIONS = (
    question(1, "increased"),
    question(2, "increased"),
    question(3, "decreased"),
    question(4, "no_difference"),
)
ANSWERS = {
    "1": Answer.INCREASED,
    "2": Answer.DECREASED,
    "3": Answer.DECREASED,
    "4": Answer.DECREASED,
}


def predict(asked: Question) -> Answer:
    return ANSWERS[asked.id]


def test_a_question_keeps_sections_and_label(tmp_path: Path) -> None:
    (asked,) = load_questions(write(tmp_path / "q.jsonl", ROW))
    assert (asked.id, asked.article, asked.label) == ("11", "501", Answer.DECREASED)
    assert [(s.label, s.text) for s in asked.sections] == [
        ("RESULTS", "Colds were shorter on zinc.")
    ]


def test_labels_may_be_kept_back_and_ids_missing(tmp_path: Path) -> None:
    hidden = {k: v for k, v in ROW.items() if k not in ("id", "pmid", "label")}
    (asked,) = load_questions(write(tmp_path / "q.jsonl", {**hidden, "id": None}))
    assert (asked.id, asked.article, asked.label) == ("line 1", "line 1", None)
    evaluation = evaluate_direction([asked], lambda _: Answer.INCREASED)
    assert evaluation.score is None
    assert direction_json(evaluation) == {"questions": 1, "n": 0, "macro_f1": None}


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"label": "better"}, "label"),
        ({"outcome": None}, "outcome"),
        ({"sections": "text"}, "sections"),
        ({"id": "10"}, "stands twice"),
    ],
)
def test_a_bad_question_is_named(
    tmp_path: Path, change: dict[str, Any], reason: str
) -> None:
    path = write(tmp_path / "q.jsonl", {**ROW, "id": "10"}, ROW | change)
    with pytest.raises(ExtractorError, match=rf"q\.jsonl line 2.*{reason}"):
        load_questions(path)


def test_a_file_without_questions_is_named(tmp_path: Path) -> None:
    with pytest.raises(ExtractorError, match="holds no question"):
        load_questions(write(tmp_path / "q.jsonl"))


def test_macro_f1_is_the_mean_over_the_three_answers() -> None:
    score = evaluate_direction(QUESTIONS, predict).score
    assert score is not None
    # increased: P 1, R 1/2; decreased: P 1/3, R 1; no difference: never answered.
    assert score.f1 == {
        Answer.INCREASED: 0.6667,
        Answer.DECREASED: 0.5,
        Answer.NO_DIFFERENCE: 0.0,
    }
    assert score.macro_f1 == 0.3889
    assert (score.n, score.accuracy, score.inversion_rate) == (4, 0.5, 0.25)
    assert score.confusion[Answer.INCREASED][Answer.DECREASED] == 1


def test_the_interval_is_the_same_in_every_run_and_holds_the_figure() -> None:
    one = evaluate_direction(QUESTIONS, predict).score
    other = evaluate_direction(QUESTIONS, predict).score
    assert one is not None
    assert other is not None
    assert one.interval == other.interval
    assert one.interval[0] < one.macro_f1 < one.interval[1]


def test_questions_on_one_article_are_resampled_together() -> None:
    together = [
        question(1, "increased", "501"),
        question(2, "increased", "501"),
        question(3, "decreased", "501"),
    ]
    score = evaluate_direction(together, predict).score
    assert score is not None
    assert score.interval == (score.macro_f1, score.macro_f1)


def test_predictions_are_one_line_a_question(tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    evaluation = evaluate_direction((*QUESTIONS[:1], question(2, None)), predict)
    write_predictions(out, evaluation)
    assert [json.loads(line) for line in out.read_text().splitlines()] == [
        {"id": "1", "label": "increased"},
        {"id": "2", "label": "decreased"},
    ]


def test_predictions_into_nowhere_are_an_error(tmp_path: Path) -> None:
    with pytest.raises(ExtractorError, match="cannot be written"):
        write_predictions(
            tmp_path / "absent" / "out.jsonl", evaluate_direction(QUESTIONS, predict)
        )


def test_figures_can_be_kept_and_shown() -> None:
    evaluation = evaluate_direction(QUESTIONS, predict)
    run = json.loads(json.dumps(direction_json(evaluation)))
    assert (run["macro_f1"], run["n"], run["questions"]) == (0.3889, 4, 4)
    out = io.StringIO()
    Console(file=out, width=100).print(render_direction(evaluation))
    assert "macro-F1 0.389" in out.getvalue()
