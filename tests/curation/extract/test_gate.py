"""The gate may let through too much, never too little."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from curation.extract.claims import Extractor
from curation.extract.gate import Gate
from curation.extract.nlp import mention_tables
from evidence.protocol import Protocol
from tests.invented import record


@pytest.fixture(scope="module")
def gate(shipped: Protocol) -> Gate:
    return Gate(mention_tables(shipped)["treatments"].values())


@pytest.mark.parametrize(
    "text",
    [
        "Ketamine helped.",
        "a trial of r-TMS",
        "ECT, then lithium",
        "20mg escitalopram/day",
        "fluoxetine-treated rats",
        "omega - 3 in pregnancy",
        "VITAMIN D3",
        "SAM-e for mood",
    ],
)
def test_what_names_a_treatment_passes(gate: Gate, text: str) -> None:
    assert gate.lets_through(text)


@pytest.mark.parametrize(
    "text",
    [
        "The effect of a bridge on river trout",
        "cultivation of wheat at the same time",
        "",
    ],
)
def test_letters_of_a_treatment_inside_other_words_do_not(
    gate: Gate, text: str
) -> None:
    assert not gate.lets_through(text)


def test_a_record_that_names_none_is_not_read(shipped: Protocol) -> None:
    extractor = Extractor(shipped)
    extractor.read = None  # type: ignore[assignment,method-assign]  # must not be called
    assert extractor.drafts(record(title="Of bridges", sections=())) == ()


_AROUND = st.text(max_size=6)


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data(), before=_AROUND, after=_AROUND)
def test_nothing_that_the_pipeline_finds_is_turned_away(
    extractor: Extractor, gate: Gate, data: st.DataObject, before: str, after: str
) -> None:
    tables = mention_tables(extractor.protocol)["treatments"]
    terms = sorted({term for row in tables.values() for term in row["terms"]})
    term = data.draw(st.sampled_from(terms))
    glue = data.draw(st.sampled_from([" ", "", "-", "/", "\u2011", "\n", "\u00b2"]))
    text = f"{before}{glue}{term}{glue}{after}"
    doc = extractor.read(record(title=text, sections=()))
    assert gate.lets_through(text) or not doc.spans["treatments"]
