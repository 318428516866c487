"""A conclusion that claims more than its results is kept beside them, and both flagged."""

import pytest

from curation.extract.claims import Extractor
from evidence.records import Record, Section
from evidence.types import Direction, Draft
from tests.curation.extract.reading import own

METHODS = "Adults with major depression were randomised to sertraline or placebo."
ACTIVE = "Adults with major depression were randomised to sertraline or venlafaxine."


def read(
    extractor: Extractor, methods: str, results: str, conclusion: str
) -> tuple[Draft, ...]:
    source = Record(
        pmid=1,
        title="A trial in major depression",
        sections=(
            Section(text=methods, label="METHODS"),
            Section(text=results, label="RESULTS"),
            Section(text=conclusion, label="CONCLUSIONS"),
        ),
    )
    return tuple(own(extractor.drafts(source)))


@pytest.mark.parametrize(
    ("results", "conclusion"),
    [
        (
            "MADRS scores did not differ between sertraline and placebo.",
            "Sertraline improved depressive symptoms.",
        ),
        (
            "Sertraline was not superior to placebo on the MADRS.",
            "Sertraline reduced depressive symptoms.",
        ),
        (
            "MADRS scores improved from baseline with sertraline. "
            "MADRS scores did not differ between sertraline and placebo.",
            "Sertraline improved depressive symptoms.",
        ),
    ],
)
def test_benefit_without_a_result(
    extractor: Extractor, results: str, conclusion: str
) -> None:
    found = [d for d in read(extractor, METHODS, results, conclusion) if d.flags]
    assert [d.direction for d in found] == [
        Direction.NO_CLEAR_DIFFERENCE,
        Direction.IMPROVES,
    ]
    assert found[0].flags == ("spin",)
    assert found[1].flags == ("conclusion_only", "spin")
    for draft in found:
        assert any(line.startswith("spin: ") for line in draft.trace)


@pytest.mark.parametrize(
    ("methods", "results", "conclusion"),
    [
        # The result shows the benefit.
        (
            METHODS,
            "MADRS scores fell more with sertraline than with placebo.",
            "Sertraline improved depressive symptoms.",
        ),
        # The conclusion claims no benefit.
        (
            METHODS,
            "MADRS scores did not differ between sertraline and placebo.",
            "Sertraline did not improve depressive symptoms.",
        ),
        # Another outcome.
        (
            METHODS,
            "Sleep quality did not differ between sertraline and placebo.",
            "Sertraline improved depressive symptoms.",
        ),
        # Two active drugs that do alike may both work.
        (
            ACTIVE,
            "MADRS scores did not differ between sertraline and venlafaxine.",
            "Sertraline improved depressive symptoms.",
        ),
        # One result of two shows it.
        (
            METHODS,
            "MADRS scores did not differ between sertraline and placebo at week 2. "
            "At week 8, MADRS scores were lower with sertraline than with placebo.",
            "Sertraline improved depressive symptoms.",
        ),
    ],
)
def test_no_spin(
    extractor: Extractor, methods: str, results: str, conclusion: str
) -> None:
    found = read(extractor, methods, results, conclusion)
    assert found and not any("spin" in d.flags for d in found)
