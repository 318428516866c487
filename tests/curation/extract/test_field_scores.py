"""Field by field, and confidence: one sentence about sleep is enough to count with."""

from collections.abc import Sequence
from typing import Any

import pytest

from curation.extract.field_scores import (
    Calibration,
    FieldScore,
    calibrate,
    plain_p,
    score_fields,
)
from curation.extract.gold import GoldAbstract, GoldClaim
from curation.extract.scoring import Reading, read_twice
from curation.extract.shared_cells import shared_cells
from curation.extract.spellings import load_spellings
from evidence.protocol import Protocol
from evidence.records import Field, Section
from evidence.types import Design, Direction, Draft, Role

TEXT = "Sleep improved more on agomelatine than on sertraline (p = 0.03)."


def claim(**more: Any) -> GoldClaim:
    """Return what the reader noted: agomelatine improves sleep."""
    fields: dict[str, Any] = {
        "quote": TEXT,
        "start": 0,
        "end": len(TEXT),
        "treatment": "agomelatine",
        "comparator": "sertraline",
        "domain": "circadian-sleep",
        "role": Role.OUTCOME,
        "direction": Direction.IMPROVES,
    }
    return GoldClaim(**fields | more)


def draft(**more: Any) -> Draft:
    """Return the same as the extractor would find it."""
    fields: dict[str, Any] = {
        "pmid": 1,
        "field": Field.ABSTRACT,
        "quote": TEXT,
        "start": 0,
        "end": len(TEXT),
        "text_sha256": "",
        "treatment": "agomelatine",
        "comparator": "sertraline",
        "domain": "circadian-sleep",
        "role": Role.OUTCOME,
        "direction": Direction.IMPROVES,
        "population": "mdd",
        "rule": "rule",
        "extractor": "test",
        "confidence": 0.5,
    }
    return Draft(**fields | more)


def reading(
    drafts: Sequence[Draft], claims: Sequence[GoldClaim] = (claim(),), **more: Any
) -> Reading:
    gold = GoldAbstract(
        key="1",
        pmid=1,
        title=None,
        sections=(Section(TEXT),),
        claims=tuple(claims),
        **more,
    )
    return read_twice(gold, drafts)


def score(name: str, *readings: Reading) -> FieldScore:
    return score_fields(shared_cells(readings), readings, load_spellings())[name]


def one(name: str, wanted: Any, given: Any) -> FieldScore:
    return score(name, reading([draft(**{name: given})], [claim(**{name: wanted})]))


@pytest.mark.parametrize(
    ("wanted", "given", "expected"),
    [
        ("0.03", "P = .03", FieldScore(1, 1)),
        ("< .001", "<0·001", FieldScore(1, 1)),
        ("≤ .001", "< .001", FieldScore(1, 0)),
        ("0.03", None, FieldScore(1, 0)),
        (None, "0.03", FieldScore(0, 0, 1)),
        (None, None, FieldScore(0, 0)),
    ],
)
def test_p(wanted: str | None, given: str | None, expected: FieldScore) -> None:
    assert one("p", wanted, given) == expected


def test_p_keeps_its_sign() -> None:
    assert plain_p("p > or = 0.05") == ">=.05"
    assert plain_p("p\u00a0=\u00a01.0") == "1.0"


@pytest.mark.parametrize(
    ("wanted", "given", "expected"),
    [
        (40, 40, FieldScore(1, 1)),
        (40, 20, FieldScore(1, 0)),
        (40, None, FieldScore(1, 0)),
        (None, 20, FieldScore(0, 0, 1)),
    ],
)
def test_n(wanted: int | None, given: int | None, expected: FieldScore) -> None:
    assert one("n", wanted, given) == expected


def test_the_n_of_the_abstract_counts_where_the_quote_prints_none() -> None:
    assert score("n", reading([draft(n=77)], n=77)) == FieldScore(1, 1)


def test_hedging() -> None:
    assert one("hedged", True, True) == FieldScore(1, 1)
    assert one("hedged", True, False) == FieldScore(1, 0)


def test_claims_in_other_cells_are_not_asked() -> None:
    assert score("hedged", reading([draft(domain="anhedonia")])) == FieldScore(0, 0)


@pytest.mark.parametrize(
    ("gold", "found", "expected"),
    [
        ("rct", Design.RANDOMISED, FieldScore(1, 1)),
        ("rct", Design.COHORT, FieldScore(1, 0)),
        ("meta-analysis", Design.POOLED_ANALYSIS, FieldScore(1, 1)),
        ("secondary-analysis", Design.RANDOMISED, FieldScore(0, 0)),
        (None, Design.RANDOMISED, FieldScore(0, 0)),
    ],
)
def test_the_best_design_of_an_abstract_counts_once(
    gold: str | None, found: Design, expected: FieldScore
) -> None:
    drafts = [draft(design=Design.NOT_STATED), draft(design=found)]
    assert score("design", reading(drafts, design=gold)) == expected


def test_one_arm_of_a_trial_does_not_tell_the_trials_design() -> None:
    one_arm = draft(comparator=None, design=Design.UNCONTROLLED)
    asked = reading([one_arm], design="open-label")
    not_asked = reading([one_arm], design="rct")
    assert score("design", asked, not_asked) == FieldScore(1, 1)


@pytest.mark.parametrize(
    ("gold", "rung", "expected"),
    [
        ("trd", "trd_two", FieldScore(1, 1)),
        ("trd", "mdd", FieldScore(1, 0)),
        ("healthy", "other", FieldScore(1, 1)),
        ("preclinical", "other", FieldScore(0, 0)),
    ],
)
def test_the_commonest_population_of_an_abstract_counts_once(
    gold: str, rung: str, expected: FieldScore
) -> None:
    drafts = [draft(population=p) for p in (rung, "mixed", rung)]
    assert score("population", reading(drafts, population=gold)) == expected


def calibration(*judged: tuple[float, bool]) -> Calibration:
    """Calibrate claims of which we know confidence and whether they are right."""
    drafts = [
        draft(
            confidence=confidence,
            direction=Direction.IMPROVES if right else Direction.WORSENS,
        )
        for confidence, right in judged
    ]
    return calibrate([reading(drafts)])


def test_calibration_error_is_the_mean_gap_over_the_bins() -> None:
    got = calibration((0.8, True), (0.8, False), (0.3, False), (1.0, True))
    # Bins: .8 with half right (gap .3, twice), .3 with none (gap .3), 1.0 right.
    assert got.error == pytest.approx((2 * 0.3 + 0.3 + 0) / 4)
    assert [b.n if b else 0 for b in got.bins] == [0, 0, 0, 1, 0, 0, 0, 0, 2, 1]


def test_precision_of_the_confident() -> None:
    got = calibration((0.95, True), (0.9, False), (0.89, False))
    assert (got.confident, got.precision_when_confident) == (2, 0.5)


def test_coverage_reaches_as_far_as_95_in_100_are_right() -> None:
    got = calibration((0.9, True), (0.8, True), (0.7, False), (0.6, True))
    assert got.coverage_at_precision == 0.5


def test_nineteen_of_twenty_are_just_enough() -> None:
    got = calibration(*[(0.9, True)] * 19, (0.9, False))
    assert got.coverage_at_precision == 1.0


def test_claims_of_equal_confidence_are_covered_together() -> None:
    assert calibration((0.9, True), (0.9, False)).coverage_at_precision == 0.0


def test_a_claim_told_from_the_other_arm_is_right() -> None:
    turned = draft(
        treatment="sertraline",
        comparator="agomelatine",
        direction=Direction.WORSENS,
        confidence=1.0,
    )
    assert calibrate([reading([turned])]).error == 0.0


def test_calibration_of_no_claims() -> None:
    got = calibrate([reading([])])
    assert (got.n, got.error, got.coverage_at_precision) == (0, 0.0, 0.0)


def test_gold_populations_agree_with_rungs_that_the_protocol_has(trd: Protocol) -> None:
    rungs = {rung for some in load_spellings().populations.values() for rung in some}
    assert rungs <= set(trd.populations)
