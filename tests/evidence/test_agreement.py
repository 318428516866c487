"""Agreement equals what others published, and what scikit-learn computes."""

from math import isclose, sqrt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evidence.agreement import Z, agree, proportion

Pairs = list[tuple[object, object]]


def table(*rows: tuple[int, ...]) -> Pairs:
    """Return the pairs of a contingency table: rows are the first rater."""
    return [
        (i, j)
        for i, row in enumerate(rows)
        for j, count in enumerate(row)
        for _ in range(count)
    ]


COHEN_1960 = table((88, 14, 18), (10, 40, 10), (2, 6, 12))
"""Two hundred patients, three diagnoses: kappa .492 in the paper of 1960."""

GWET_2008 = table((118, 5), (2, 0))
"""High agreement, rare trait: Pa .944, kappa -.0234, AC1 .9408."""

ABSTRACTORS = table((13, 0, 0), (0, 20, 7), (0, 4, 56))
"""`cont3x3abstractors` of Gwet's package irrCAC, with errors as its vignette prints."""


def error(found: object) -> float:
    """Return the standard error that an interval was made from."""
    return (found.value - found.low) / Z


def test_cohen_1960() -> None:
    found = agree(COHEN_1960)
    assert found.kappa is not None and found.percent is not None
    assert found.n == 200
    assert found.percent.value == pytest.approx(0.70)
    assert found.kappa.value == pytest.approx(0.492, abs=5e-4)


def test_gwet_2008_high_agreement() -> None:
    """Where nearly all is one answer, kappa falls below nought and AC1 does not."""
    found = agree(GWET_2008)
    assert found.kappa is not None and found.ac1 is not None and found.percent
    assert found.percent.value == pytest.approx(0.944)
    assert found.kappa.value == pytest.approx(-0.0234, abs=5e-5)
    assert found.ac1.value == pytest.approx(0.9408, abs=5e-5)


def test_gwets_own_program() -> None:
    found = agree(ABSTRACTORS)
    assert found.kappa is not None and found.ac1 is not None
    assert found.kappa.value == pytest.approx(0.7964094, abs=5e-8)
    assert error(found.kappa) == pytest.approx(0.05891072, abs=5e-9)
    assert found.ac1.value == pytest.approx(0.8493305, abs=5e-8)
    assert error(found.ac1) == pytest.approx(0.04321747, abs=5e-9)


answers = st.sampled_from(["improves", "worsens", "mixed", "not_stated"])
ratings = st.lists(st.tuples(answers, answers), min_size=2, max_size=60)


@settings(deadline=None, max_examples=60)
@given(ratings)
def test_kappa_is_scikit_learns(pairs: Pairs) -> None:
    metrics = pytest.importorskip("sklearn.metrics")
    found = agree(pairs).kappa
    if found is None:
        return
    theirs = metrics.cohen_kappa_score([a for a, _ in pairs], [b for _, b in pairs])
    assert isclose(found.value, theirs, abs_tol=1e-9)


@given(ratings)
def test_kappas_error_is_that_of_fleiss_cohen_and_everitt(pairs: Pairs) -> None:
    """Their closed form of 1969, told again."""
    found = agree(pairs).kappa
    if found is None or found.low == -1.0:
        return
    n = len(pairs)
    values = sorted({str(v) for pair in pairs for v in pair})
    p = {(a, b): pairs.count((a, b)) / n for a in values for b in values}
    row = {a: sum(p[a, b] for b in values) for a in values}
    column = {b: sum(p[a, b] for a in values) for b in values}
    chance = sum(row[v] * column[v] for v in values)
    k = found.value
    on = sum(p[v, v] * (1 - (row[v] + column[v]) * (1 - k)) ** 2 for v in values)
    off = (1 - k) ** 2 * sum(
        p[a, b] * (column[a] + row[b]) ** 2 for a in values for b in values if a != b
    )
    variance = (on + off - (k - chance * (1 - k)) ** 2) / (n * (1 - chance) ** 2)
    closed = sqrt(max(variance, 0))
    assert isclose(error(found), closed, rel_tol=1e-6, abs_tol=1e-6)


@given(ratings)
def test_who_is_named_first_does_not_matter(pairs: Pairs) -> None:
    turned = agree([(b, a) for a, b in pairs])
    found = agree(pairs)
    assert found.same == turned.same
    for one, other in ((found.kappa, turned.kappa), (found.ac1, turned.ac1)):
        assert (one is None) is (other is None)
        if one is not None and other is not None:
            assert isclose(one.value, other.value, abs_tol=1e-9)


def test_one_answer_only_says_nothing_of_chance() -> None:
    found = agree([("accept", "accept")] * 9)
    assert found.percent is not None and found.percent.value == 1
    assert (found.kappa, found.ac1) == (None, None)
    assert agree([]).percent is None


@pytest.mark.parametrize(
    ("part", "whole", "low", "high"),
    # Newcombe RG, Stat Med 1998;17:857-872, Table I, score without correction.
    [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0000, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_wilsons_interval_equals_newcombes_table(
    part: int, whole: int, low: float, high: float
) -> None:
    found = proportion(part, whole)
    assert found is not None
    assert (found.low, found.high) == pytest.approx((low, high), abs=5e-5)
