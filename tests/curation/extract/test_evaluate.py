"""From gold files to figures: the whole way, with an extractor that we make up."""

import io
import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console, RenderableType

from curation.errors import ExtractorError
from curation.extract.evaluate import (
    Evaluation,
    as_json,
    compare,
    evaluate,
    read_earlier,
    render,
    render_comparison,
)
from curation.extract.mistakes import Kind, Step
from evidence.protocol import Protocol
from evidence.records import Field, Record
from evidence.types import Direction, Draft, Role

LIGHT = "Light bothered patients less on propranolol than on placebo."
ALERT = "Alertness [95% CI] fell with topiramate."


def gold_claim(quote: str, text: str, **fields: Any) -> dict[str, Any]:
    start = text.index(quote)
    row = {
        "quote": quote,
        "start": start,
        "end": start + len(quote),
        "comparator": None,
        "role": "outcome",
    }
    return row | fields


def gold_rows() -> list[dict[str, Any]]:
    text = f"{LIGHT}\n{ALERT}"
    light = gold_claim(
        LIGHT,
        text,
        treatment="propranolol",
        comparator="placebo",
        domain="photophobia",
        direction="improves",
    )
    alert = gold_claim(
        ALERT, text, treatment="topiramate", domain="vigilance", direction="worsens"
    )
    return [
        {"pmid": "1", "title": "A trial", "abstract": text, "claims": [light, alert]},
        {"pmid": "2", "title": "An essay", "abstract": "Light is odd.", "claims": []},
    ]


def draft(pmid: int, quote: str, text: str, **fields: Any) -> Draft:
    start = text.index(quote)
    row: dict[str, Any] = {
        "pmid": pmid,
        "field": Field.ABSTRACT,
        "start": start,
        "end": start + len(quote),
        "quote": quote,
        "text_sha256": "",
        "role": Role.OUTCOME,
        "population": "other",
        "rule": "down.between",
        "cue": "less",
        "trace": ("cue: 'less' reads down",),
        "extractor": "made-up",
        "confidence": 0.5,
    }
    return Draft(**row | fields)


class MadeUp:
    """An extractor that says what it was told to."""

    version = "made-up 1"

    def __init__(self, drafts: Mapping[int, tuple[Draft, ...]]) -> None:
        self._drafts = drafts

    def drafts(self, record: Record) -> tuple[Draft, ...]:
        return self._drafts.get(record.pmid, ())


def light_found(direction: str = "improves") -> Draft:
    return draft(
        1,
        LIGHT,
        f"{LIGHT}\n{ALERT}",
        treatment="propranolol",
        comparator="placebo",
        domain="photophobia",
        direction=Direction(direction),
    )


def odd_found() -> Draft:
    return draft(
        2,
        "Light is odd.",
        "Light is odd.",
        treatment="propranolol",
        domain="photophobia",
        direction=Direction.WORSENS,
        confidence=0.9,
    )


@pytest.fixture
def gold_path(tmp_path: Path) -> Path:
    path = tmp_path / "gold.jsonl"
    path.write_text("\n".join(json.dumps(row) for row in gold_rows()), "utf-8")
    return path


def shown(renderable: RenderableType) -> str:
    out = io.StringIO()
    Console(file=out, width=140).print(renderable)
    return out.getvalue()


@pytest.fixture
def evaluation(gold_path: Path, migraine: Protocol) -> Evaluation:
    made_up = MadeUp({1: (light_found(),), 2: (odd_found(),)})
    return evaluate(made_up, [gold_path], migraine)


def test_figures_under_the_names_of_the_yardstick(evaluation: Evaluation) -> None:
    run = as_json(evaluation)
    assert run["finding"]["matched"] == 1
    assert (run["finding"]["p"], run["finding"]["r"]) == (0.5, 0.5)
    assert set(run["finding"]) >= {"p", "r", "f1", "gold", "predicted", "ci95"}
    assert "ci95" not in run["cell"]
    assert run["on_shared_cells"]["n"] == 1
    assert run["false_alarms"] == {"records": 1, "with_claims": 1, "claims": 1}
    assert (run["records"], run["gold_claims"]) == (2, 2)


def test_figures_can_be_kept_and_name_what_they_come_from(
    evaluation: Evaluation,
) -> None:
    run = json.loads(json.dumps(as_json(evaluation)))
    assert run["extractor"] == "made-up 1"
    (source,) = run["sources"]
    assert (source["name"], source["records"], source["claims"]) == ("gold.jsonl", 2, 2)
    assert len(source["sha256"]) == 64
    assert source["figures"]["finding"] == run["finding"]


def test_domains_that_stand_apart_come_from_the_protocol(
    gold_path: Path, migraine: Protocol
) -> None:
    apart = replace(light_found(), domain="headache-days", role=Role.OVERALL)
    found = evaluate(MadeUp({1: (apart,)}), [gold_path], migraine).figures.scores
    assert found["finding"].predicted == 1
    assert found["finding_domain"].predicted == 0


def test_mistakes_say_at_which_step_they_were_made(
    gold_path: Path, migraine: Protocol
) -> None:
    other_arm = replace(
        light_found(), treatment="topiramate", domain="photophobia", confidence=0.4
    )
    made_up = MadeUp({1: (light_found("worsens"), other_arm), 2: (odd_found(),)})
    mistakes = evaluate(made_up, [gold_path], migraine).mistakes
    assert [(m.kind, m.step, m.key) for m in mistakes] == [
        (Kind.FALSE, Step.INVERTED, "1"),
        (Kind.FALSE, Step.EMPTY, "2"),
        (Kind.FALSE, Step.DOMAIN, "1"),
        (Kind.MISSED, Step.INVERTED, "1"),
        (Kind.MISSED, Step.DOMAIN, "1"),
    ]
    run = as_json(evaluate(made_up, [gold_path], migraine))
    assert run["mistakes"]["false"]["inverted"] == 1
    assert run["mistakes"]["missed"]["treatment"] == 0


def test_an_extractor_that_finds_nothing(gold_path: Path, migraine: Protocol) -> None:
    evaluation = evaluate(MadeUp({}), [gold_path], migraine)
    assert evaluation.figures.scores["finding"].f1 == 0.0
    assert {m.step for m in evaluation.mistakes} == {Step.EMPTY}
    assert "finding (cell + direction)" in shown(render(evaluation))


def test_the_table_shows_the_figures(evaluation: Evaluation) -> None:
    text = shown(render(evaluation))
    assert "2 abstracts, 2 gold claims, extractor made-up 1" in text
    (line,) = (x for x in text.splitlines() if "finding (cell + direction)" in x)
    assert "0.500" in line
    assert "empty abstracts that got a claim (1 claims)" in text
    assert "Light is odd." not in text


def test_the_worst_mistakes_are_shown_with_their_traces(
    evaluation: Evaluation,
) -> None:
    text = shown(render(evaluation, errors=1))
    assert "false (empty abstract)" in text
    assert "propranolol against baseline, photophobia (outcome): worsens" in text
    assert "rule down.between, cue less, confidence 0.90" in text
    assert "cue: 'less' reads down" in text
    # Brackets in a quote are text, not markup.
    assert "Alertness [95% CI] fell" in text


def test_a_share_of_nothing_is_a_dash_and_no_zero(
    tmp_path: Path, migraine: Protocol
) -> None:
    rats = tmp_path / "rats.jsonl"
    rats.write_text('{"id": "1", "title": "Rats", "abstract": "Rats saw light."}')
    text = shown(render(evaluate(MadeUp({}), [rats], migraine)))
    assert "0.000" not in text


def test_several_files_are_shown_one_by_one(
    tmp_path: Path, gold_path: Path, migraine: Protocol
) -> None:
    rats = tmp_path / "rats.jsonl"
    rats.write_text('{"id": "1", "title": "Rats", "abstract": "Rats saw light."}')
    evaluation = evaluate(MadeUp({}), [gold_path, rats], migraine)
    assert evaluation.figures.false_alarms.records == 2
    assert "rats.jsonl" in shown(render(evaluation))


def test_nothing_changed_against_the_same_run(evaluation: Evaluation) -> None:
    got = compare(evaluation, as_json(evaluation))
    assert got.same_gold
    assert got.worse == ()
    assert {d.change for d in got.differences} == {0.0}


def test_what_got_worse_is_named(
    tmp_path: Path, gold_path: Path, evaluation: Evaluation, migraine: Protocol
) -> None:
    kept = tmp_path / "earlier.json"
    kept.write_text(json.dumps(as_json(evaluation)))
    today = evaluate(MadeUp({1: (light_found("worsens"),)}), [gold_path], migraine)
    got = compare(today, read_earlier(kept))
    worse = {d.measure for d in got.worse}
    assert {"finding f1", "on_shared_cells inversion_rate"} <= worse
    assert "false_alarms claims" not in worse
    text = shown(render_comparison(got))
    (line,) = (x for x in text.splitlines() if "finding f1" in x)
    assert "0.500" in line
    assert "worse" in line


def test_other_gold_files_are_not_compared_in_silence(evaluation: Evaluation) -> None:
    earlier = as_json(evaluation) | {"sources": []}
    got = compare(evaluation, earlier)
    assert not got.same_gold
    assert "other gold files" in shown(render_comparison(got))


def test_a_measure_that_the_earlier_run_lacks_has_no_change(
    evaluation: Evaluation,
) -> None:
    earlier = {k: v for k, v in as_json(evaluation).items() if k != "calibration"}
    got = {d.measure: d.change for d in compare(evaluation, earlier).differences}
    assert got["calibration error"] is None
    assert got["cell f1"] == 0.0


@pytest.mark.parametrize("text", ["", "{", "[]", '{"finding": 3}', '{"records": 5}'])
def test_what_is_no_earlier_run_is_named(tmp_path: Path, text: str) -> None:
    path = tmp_path / "run.json"
    path.write_text(text)
    with pytest.raises(ExtractorError, match=r"run\.json .*curation evaluate --json"):
        read_earlier(path)
