"""The second opinion: what it drops, turns and leaves alone, and what it rests on."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from curation.extract.cell_signs import Abstract
from curation.extract.claims import Extractor
from curation.extract.learnt_reading import (
    DROPPED,
    RULE,
    TAKEN,
    LearntModel,
    decide,
    load_learnt,
)
from curation.extract.readings import Finding
from curation.extract.trained import SHIPPED
from curation.extract.training.cells import Cell, fit_findings
from evidence.records import Record
from evidence.types import Direction, Draft, Role
from tests.curation.extract.reading import own, record

IMPROVES, ALIKE, WORSENS, MIXED = (
    Direction.IMPROVES,
    Direction.NO_CLEAR_DIFFERENCE,
    Direction.WORSENS,
    Direction.MIXED,
)
SIGNS = {"no cue, with the treatment": 1}
OPEN_LABEL = (
    "Open-label sertraline in major depression.",
    "Twenty patients with major depressive disorder received open-label sertraline.",
)


def model(**odds: int) -> LearntModel:
    """Return a model by which each direction has the same odds everywhere."""
    return LearntModel(
        {
            "directions": {
                name: {"start": start, "weights": {"no cue, with the treatment": 1}}
                for name, start in odds.items()
            }
        }
    )


def claim(
    direction: Direction, comparator: str | None = None, rule: str = "better.plain"
) -> Finding:
    return Finding(
        10,
        40,
        "results",
        "sertraline",
        comparator,
        "anxious-arousal",
        Role.OUTCOME,
        direction,
        rule,
        "improved",
        (10, 40),
        weight=2.0,
    )


def directions(found: list[Finding]) -> list[Direction]:
    return [f.direction for f in found]


def test_an_unlikely_finding_is_dropped_and_a_likely_one_kept() -> None:
    unlikely = model(improves=DROPPED - 10)
    likely = model(improves=DROPPED)
    assert decide([claim(IMPROVES)], [], SIGNS, unlikely) == []
    (kept,) = decide([claim(IMPROVES)], [], SIGNS, likely)
    assert kept.chance == 0.27 and kept == replace(claim(IMPROVES), chance=0.27)


def test_what_is_held_against_a_named_comparator_is_left_alone() -> None:
    against = model(improves=-400, worsens=400)
    named = claim(IMPROVES, "placebo")
    assert directions(decide([named], [], SIGNS, against)) == [IMPROVES]
    inferred = replace(named, inferred=True)
    assert directions(decide([inferred], [], SIGNS, against)) == [WORSENS]


def test_what_the_authors_call_mixed_is_left_alone() -> None:
    against = model(improves=-400, mixed=-400)
    called = claim(MIXED, rule="mixed.plain")
    composed = claim(MIXED, rule="up.plain")
    assert directions(decide([called], [], SIGNS, against)) == [MIXED]
    assert decide([composed], [], SIGNS, against) == []


def test_a_turned_direction_keeps_its_quote_and_says_why() -> None:
    sure = model(improves=-200, no_clear_difference=TAKEN)
    (turned,) = decide([claim(IMPROVES)], [], SIGNS, sure)
    assert (turned.start, turned.end) == (10, 40) and turned.rule == RULE
    assert turned.trace[-2:] == (
        "learnt direction: no_clear_difference 0.38; the rules said improves, 0.12",
        "for it speak: no cue, with the treatment",
    )


def test_a_sentence_that_says_so_is_quoted_before_another_is_turned() -> None:
    sure = model(improves=-200, worsens=100)
    later = replace(claim(WORSENS), start=50, end=90, clause=(50, 90))
    (taken,) = decide([claim(IMPROVES)], [claim(IMPROVES), later], SIGNS, sure)
    assert (taken.start, taken.end, taken.rule) == (50, 90, later.rule)


def test_a_moderator_is_never_turned() -> None:
    against = model(improves=-400, worsens=400)
    moderator = replace(claim(IMPROVES), role=Role.MODERATOR)
    assert decide([moderator], [], SIGNS, against) == []


def drafts_with(
    extractor: Extractor, learnt: LearntModel | None, source: Record
) -> list[Draft]:
    held, extractor.learnt.model = extractor.learnt.model, learnt
    found = own(extractor.drafts(source))
    extractor.learnt.model = held
    return found


def test_every_claim_of_it_is_a_quote(extractor: Extractor) -> None:
    source = record(*OPEN_LABEL, "Anxiety improved.")
    (draft,) = drafts_with(extractor, model(improves=-300, worsens=300), source)
    assert draft.direction is WORSENS
    assert source.text(draft.field)[draft.start : draft.end] == draft.quote  # type: ignore[index]  # it has an abstract
    assert any(line.startswith("learnt direction: worsens") for line in draft.trace)


def test_no_cell_comes_from_it(extractor: Extractor) -> None:
    source = record(*OPEN_LABEL, "Anxiety was assessed.")
    assert drafts_with(extractor, model(improves=500), source) == []


def test_without_a_model_the_rules_stand_alone(
    extractor: Extractor, tmp_path: Path
) -> None:
    assert load_learnt(tmp_path) is None
    source = record(*OPEN_LABEL, "Anxiety improved.")
    (draft,) = drafts_with(extractor, None, source)
    assert draft.direction is IMPROVES and draft.rule != RULE


@pytest.mark.parametrize(
    ("sentence", "domain", "sign"),
    [
        (
            "Sertraline improved anxiety (p = .01).",
            "anxious-arousal",
            "cue says better, with the treatment",
        ),
        (
            "Anxiety improved (p = .01).",
            "anxious-arousal",
            "p below .05, on the treatment before",
        ),
        (
            "Anxiety did not improve with sertraline (p = .4).",
            "anxious-arousal",
            "cue says no difference, p not below .05",
        ),
        (
            "Anxiety fell more with sertraline than with placebo.",
            "anxious-arousal",
            "cue says better, control named",
        ),
        ("Sertraline improved anxiety.", "anxious-arousal", "rules say better"),
        (
            "Sertraline was well tolerated. Anxiety improved.",
            "safety",
            "rules say better elsewhere",
        ),
    ],
)
def test_what_is_counted_around_a_cell(
    sentence: str, domain: str, sign: str, extractor: Extractor
) -> None:
    doc = extractor.read(record(*OPEN_LABEL, sentence))
    abstract: Abstract = extractor.learnt.abstract(doc)
    assert abstract.signs("sertraline", domain)[sign] >= 1
    nowhere = extractor.read(record(*OPEN_LABEL, "Sertraline was given to all."))
    assert sign not in extractor.learnt.abstract(nowhere).signs("sertraline", domain)


def test_readers_teach_which_findings_are_none() -> None:
    """What only conclusions said was right once in twenty, what results said always."""
    taught = [
        Cell(
            str(n),
            {
                "rules say better, conclusion"
                if n % 2
                else "rules say better, results": 1
            },
            frozenset() if n % 2 and n % 40 != 1 else frozenset({IMPROVES}),
        )
        for n in range(600)
    ]
    learnt = LearntModel(fit_findings(taught))
    assert learnt.odds({"rules say better, results": 1})[IMPROVES] > TAKEN
    assert learnt.odds({"rules say better, conclusion": 1})[IMPROVES] < DROPPED


def test_what_is_shipped_holds_whole_numbers_and_no_text() -> None:
    row = json.loads((SHIPPED / "findings.json").read_bytes())
    weights = [w for one in row["directions"].values() for w in one["weights"].values()]
    assert weights and all(isinstance(w, int) for w in weights)
    words = [
        len(s.split()) for one in row["directions"].values() for s in one["weights"]
    ]
    assert max(words) < 9
