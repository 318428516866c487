"""Scores are shown as measured, with what they were measured on, or not at all."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from curation.errors import PublishError
from curation.publish import method_pages, scores
from curation.publish.catalogue import Catalogue
from curation.publish.fingerprint import digest_of, whole_digest_of
from evidence.agreement import agree
from evidence.decisions import Reason
from evidence.library import Library
from evidence.scorecard import Judgement, score
from tests.command_line import Curation
from tests.curation.extract.test_evaluate import gold_rows

MakeLibrary = Callable[..., Library]
PART = {"p": 0.5, "r": 0.25, "f1": None, "matched": 1, "gold": 4, "predicted": 2}
MEASURED = {
    "extractor": "test-1",
    "protocol": "p",
    "treatment": PART,
    "domain": PART,
    "cell": PART,
    "finding": PART,
    "on_shared_cells": {
        "n": 3,
        "direction_accuracy": 0.875,
        "inversion_rate": 0.0625,
        "comparator_accuracy": None,
        "role_accuracy": 1.0,
    },
    "records": 12,
    "gold_claims": 4,
    "sources": [{"name": "one.jsonl", "sha256": "ab12", "records": 12, "claims": 4}],
}


@pytest.fixture
def known(library: MakeLibrary, tmp_path: Path) -> Library:
    made = library()
    return replace(made, protocol=replace(made.protocol, folder=tmp_path))


def page(library: Library) -> str:
    pages = {p.path: p.text for p in method_pages.pages(Catalogue(library))}
    return pages["methods/scores.md"]


def test_nothing_is_shown_where_nothing_was_measured(known: Library) -> None:
    assert "No measurement is kept" in page(known)
    assert "Precision" not in page(known)


def test_figures_stand_with_what_they_were_measured_on(known: Library) -> None:
    before = digest_of(known)
    scores.path_of(known.protocol).write_text(json.dumps(MEASURED), encoding="utf-8")
    text = page(known)
    assert "1 of 2 proposed and 4 marked" in text
    # Wilson's 95 % interval of 1 in 2 and of 1 in 4.
    assert "<td>0.50 <small>0.09 to 0.91</small></td>" in text
    assert "<td>0.25 <small>0.05 to 0.70</small></td>" in text
    assert "right in 0.88 and turned round in 0.06" in text
    assert "ab12" in text
    assert "Who labelled the abstracts is not kept" in text
    assert "another version of the protocol" in text
    assert "not its own" not in text
    assert "not its own" in page(replace(known, extractor="test-2"))
    assert digest_of(known) != before


def test_marks_and_agreement_of_curators_stand_with_their_intervals(
    known: Library,
) -> None:
    assert "No claim of a random slice is settled" in page(known)
    assert "No claim has two blind decisions" in page(known)
    proposed = {"rule": "cue", "direction": "improves"}
    judged = [
        Judgement(proposed=proposed, decided=proposed),
        Judgement(proposed=proposed, decided={**proposed, "direction": "mixed"}),
        Judgement(proposed=proposed, decided=None, reason=Reason.OUT_OF_SCOPE),
    ]
    marked = replace(
        known,
        scorecard=score(judged),
        agreement={"verdict": agree([("a", "a"), ("a", "b"), ("b", "b")])},
    )
    text = page(marked)
    assert "1 accepted as proposed, 1 with changes, 1 rejected" in text
    assert '<code>cue</code></th><td class="num">3</td><td>0.67 <small>' in text
    assert 'verdict</th><td class="num">3</td><td>0.67 <small>' in text
    assert whole_digest_of(marked, "x") != whole_digest_of(known, "x")


def test_a_file_of_another_kind_is_refused_by_name(known: Library) -> None:
    scores.path_of(known.protocol).write_text('{"extractor": "x"}', encoding="utf-8")
    with pytest.raises(PublishError, match=r"scores\.json: protocol: "):
        page(known)


def test_what_evaluate_writes_can_be_shown(
    curation: Curation, tmp_path: Path, known: Library
) -> None:
    gold = tmp_path / "gold.jsonl"
    gold.write_text("\n".join(map(json.dumps, gold_rows())), encoding="utf-8")
    path = scores.path_of(known.protocol)
    said = "By two readers & a referee."
    refused = curation("evaluate", gold, "--labelled", said)
    assert refused.code == 1
    assert "name it with --output" in refused.err
    done = curation("evaluate", gold, "--output", path, "--labelled", said)
    assert done.code == 0, done.err
    written = json.loads(path.read_text(encoding="utf-8"))
    text = page(known)
    assert f"{written['gold_claims']} marked claims, on <time" in text
    assert written["measured"] in text
    assert "gold.jsonl" in text
    assert "By two readers &amp; a referee." in text
    assert "abstracts without any marked claim" in text
