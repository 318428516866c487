"""What `curation train` learns, and when it is not taken."""

import json
from datetime import date
from pathlib import Path

import pytest

from curation.errors import ExtractorError
from curation.extract import confidence, learnt_reading, trained
from curation.extract.claims import Extractor
from curation.extract.confidence import ConfidenceModel
from curation.extract.training import promotion
from curation.extract.training.confidence import (
    Judgements,
    fit_confidence,
    held_out,
)
from curation.extract.training.examples import (
    Example,
    Judged,
    Verdict,
    of_judged,
)
from curation.extract.training.split import FOLDS, fold
from curation.extract.training.train import Lessons, train
from evidence.protocol import DEFAULT_FOLDER, Protocol
from evidence.types import Direction
from tests.command_line import Curation
from tests.curation.extract.reading import record

SOURCE = record(
    "Sertraline in depression.",
    "Patients with major depression got sertraline or placebo.",
    "Sertraline was superior to placebo on the MADRS (p = .01).",
)


def judged(article: int, named: bool, right: bool, source: str = "new") -> Example:
    return Example(str(article), source, {"the arms are named": named}, 0.5, right)


def lessons(studied: bool = False) -> list[Example]:
    """Of named arms three in four are right, of inferred ones one in four."""
    source = "studied" if studied else "new"
    return [
        judged(n, named, (n % 4 > 0) == named or studied, source)
        for n in range(100)
        for named in (True, False)
    ]


def test_a_sign_gets_the_weight_that_verdicts_give_it() -> None:
    model = ConfidenceModel(fit_confidence(Judgements(lessons())))
    assert model.of({"the arms are named": 1.0}) == pytest.approx(0.72, abs=0.05)
    assert model.of({"the arms are named": 0.0}) == pytest.approx(0.28, abs=0.05)


def test_studied_text_does_not_say_how_often_claims_are_right() -> None:
    alone = fit_confidence(Judgements(lessons()))
    both = Judgements([*lessons(), *lessons(studied=True)], frozenset({"studied"}))
    model = ConfidenceModel(fit_confidence(both))
    assert model.of({}) < 0.5
    assert model.of({}) == pytest.approx(ConfidenceModel(alone).of({}), abs=0.15)


def test_level_is_settled_on_text_that_nobody_studied() -> None:
    level = [judged(1000 + n, n % 2 == 0, n % 10 == 0) for n in range(100)]
    model = ConfidenceModel(fit_confidence(Judgements(lessons(), level=level)))
    given = [model.of(e.signs) for e in level]
    assert sum(given) / len(given) == pytest.approx(0.1, abs=0.02)


def test_a_claim_is_judged_by_a_fit_without_its_article() -> None:
    # Each article's verdict is the opposite of all others': only a peek gets it right.
    examples = [judged(n, n == 7, n != 7) for n in range(80)]
    examples += [judged(200 + n, False, False) for n in range(40)]
    (peeked,) = [c for e, c in held_out(Judgements(examples), 0) if e.article == "7"]
    assert peeked > 0.5


def test_articles_are_never_parted() -> None:
    assert {fold(str(n), 3) for n in range(200)} == set(range(FOLDS))
    assert fold("12345", 3) == fold("12345", 3) != fold("12345", 4)


@pytest.mark.parametrize(
    "examples",
    [[], lessons()[:20], [judged(n, True, True) for n in range(90)]],
    ids=["none", "few", "all right"],
)
def test_too_little_to_learn_from(examples: list[Example]) -> None:
    with pytest.raises(ExtractorError, match="label more abstracts"):
        fit_confidence(Judgements(examples))


def test_a_worse_model_is_told_from_an_equal_one() -> None:
    examples = lessons()
    good = [(e, 0.75 if e.signs["the arms are named"] else 0.25) for e in examples]
    bad = [(e, 1 - c) for e, c in good]
    worse = {m.name for m in promotion.compare(good, bad, 0) if m.worse}
    assert {"log loss", "calibration error"} <= worse
    assert not any(m.worse for m in promotion.compare(good, good, 0))


def test_a_verdict_reaches_the_claim_as_it_reads_today(extractor: Extractor) -> None:
    ((draft, _),) = extractor.with_signs(SOURCE)
    turned = draft.from_dict(draft.as_dict() | {"direction": "worsens"})

    def verdicts(proposed=draft, decided=None) -> list[bool]:  # type: ignore[no-untyped-def]  # two drafts
        found = of_judged(
            extractor, [Judged(SOURCE, (Verdict(proposed, decided),))], "db"
        )
        return [e.right for e in found]

    assert draft.direction is Direction.IMPROVES
    assert verdicts(decided=draft) == [True]
    assert verdicts(decided=turned) == [False]
    assert verdicts() == [False]
    # What was rejected read otherwise than today's claim: nobody judged that one.
    assert verdicts(proposed=turned) == []


@pytest.fixture
def gold(tmp_path: Path, extractor: Extractor) -> Path:
    """Eighty invented abstracts; of every fourth, gold has the opposite direction."""
    path = tmp_path / "gold.jsonl"
    (draft,) = extractor.drafts(SOURCE)
    lines = []
    for n in range(80):
        claim = {
            "quote": draft.quote,
            "start": draft.start,
            "end": draft.end,
            "treatment": "sertraline",
            "comparator": "placebo",
            "domain": draft.domain,
            "role": draft.role,
            "direction": "improves" if n % 4 else "worsens",
        }
        row = {"pmid": str(n + 1), "title": SOURCE.title, "claims": [claim]}
        sections = [{"text": s.text, "label": s.label} for s in SOURCE.sections]
        lines.append(json.dumps(row | {"sections": sections}))
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def test_training_twice_gives_the_same_bytes(
    gold: Path, shipped: Protocol, tmp_path: Path
) -> None:
    folder = tmp_path / "model"
    folder.mkdir()
    first = train(Lessons((gold,)), shipped, folder, date(2026, 3, 1))
    kept = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert [one.name for one in first] == [learnt_reading.FILE, confidence.FILE]
    assert all(one.promoted for one in first)
    assert set(kept) == {learnt_reading.FILE, confidence.FILE, trained.CARD}
    again = train(Lessons((gold,)), shipped, folder, date(2026, 3, 2))
    assert all(one.unchanged for one in again)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == kept
    card = json.loads(kept[trained.CARD])[confidence.FILE]
    assert card["date"] == "2026-03-01" and card["seed"] == 0
    (source,) = card["from"]
    assert source["claims judged"] == 80 and source["right"] == 60
    assert len(source["sha256"]) == 64


def test_the_command_says_what_it_did(
    gold: Path, tmp_path: Path, curation: Curation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CURATION_PROTOCOL", str(DEFAULT_FOLDER))
    done = curation("train", gold, "--output", tmp_path / "m", "--json")
    assert done.code == 0, done.err
    rows = json.loads(done.out)
    assert {row["name"] for row in rows} == {learnt_reading.FILE, confidence.FILE}
    assert all(row["promoted"] for row in rows)


def test_shipped_models_are_small_and_told_on_their_card() -> None:
    files = sorted(trained.SHIPPED.glob("*.json"))
    assert sum(path.stat().st_size for path in files) < 5_000_000
    card = json.loads((trained.SHIPPED / trained.CARD).read_bytes())
    assert set(card) == {path.name for path in files} - {trained.CARD}
    for row in card.values():
        assert row["from"] and row["held out"] and row["versions"]
