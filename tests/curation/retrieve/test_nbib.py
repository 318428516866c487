"""MEDLINE text (.nbib) gives the same record as far as the format carries it."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curation.errors import RecordError
from curation.retrieve import archive, nbib
from evidence.records import (
    Author,
    Correction,
    PartialDate,
    Record,
    Retraction,
    Section,
)


@pytest.fixture
def records(fixture: Callable[[str], Path]) -> dict[int, Record]:
    batches = archive.read(fixture("records.nbib"))
    return {record.pmid: record for batch in batches for record in batch.records}


def one(text: str) -> Record:
    (fields,) = nbib.parse(text.splitlines(keepends=True))
    return nbib.read(fields)


def test_a_folded_title_is_one_line(records: dict[int, Record]) -> None:
    assert records[900000011].title == (
        "Lantern light against winter gloom: a lamp trial whose title is printed on "
        "two lines."
    )


def test_the_abstract_is_one_section_as_printed(records: dict[int, Record]) -> None:
    assert records[900000011].sections == (
        Section(
            "BACKGROUND: Gloom persists in winter. RESULTS: Scores fell by 3 points "
            "after the lantern (p < 0.05)."
        ),
    )


def test_names_are_taken_apart_as_the_xml_has_them(records: dict[int, Record]) -> None:
    assert records[900000011].authors == (
        Author(family="Ljós", given="Ása B", initials="ÁB", suffix="Jr"),
        Author(family="van der Wick", given="Fay", initials="F"),
        Author(collective="Lamp Study Group"),
    )


def test_short_names_alone_are_still_names(records: dict[int, Record]) -> None:
    assert records[900000012].authors == (Author(family="Wick", initials="F"),)


def test_a_group_that_is_printed_first_stays_first() -> None:
    record = one("PMID- 5\nCN  - Lamp Group\nFAU - Wick, Fay\nAU  - Wick F\n")
    assert [a.cited() for a in record.authors] == ["Lamp Group", "Wick F"]


def test_dates_are_read_as_in_the_xml(records: dict[int, Record]) -> None:
    first, second = records[900000011], records[900000012]
    assert first.published == PartialDate(2020, raw="2020 Nov-Dec")
    assert first.electronic == PartialDate(2020, 10, 31)
    assert first.created == date(2020, 10, 31)
    assert first.revised == date(2022, 1, 2)
    assert second.published == PartialDate(2021, 2, 3)


def test_links_to_other_papers_survive_folded_lines(records: dict[int, Record]) -> None:
    first = records[900000011]
    assert first.corrections == (
        Correction(
            "ErratumIn",
            900000003,
            "J Invent Lamps. 2021;13:9. doi: 10.9999/jil.2021.9 in an erratum that is "
            "printed on two lines.",
        ),
        Correction("RetractionIn", 900000007, "J Invent Lamps. 2022;14:1."),
    )
    assert first.retraction is Retraction.RETRACTED


def test_identifiers_headings_and_keywords_are_plain(
    records: dict[int, Record],
) -> None:
    first = records[900000011]
    assert (first.doi, first.pmcid) == ("10.9999/jil.2020.113", "PMC900001")
    assert first.registry_ids == ("NCT00000001",)
    assert first.mesh == ("Lighting", "Affect")
    assert first.keywords == ("lantern", "dusk")
    assert (first.status, first.publication_status) == ("MEDLINE", "ppublish")
    assert (first.journal, first.volume, first.issue, first.pages) == (
        "J Invent Lamps",
        "12",
        "3",
        "113-125",
    )


def test_a_translated_title_stands_beside_its_original(
    records: dict[int, Record],
) -> None:
    second = records[900000012]
    assert second.title == "[Lamps against gloom]."
    assert second.vernacular_title == "Lampen gegen die Duesternis."


def test_a_book_keeps_its_title_and_editors(records: dict[int, Record]) -> None:
    book = records[900000014]
    assert (book.kind, book.title, book.journal) == (
        "book",
        "A handbook of lamps",
        None,
    )
    assert book.authors == (Author(family="Wick", given="Fay", initials="F"),)


@pytest.mark.parametrize("raw", ["", "PMID- 000000000000\n", "PMID- none\n"])
def test_text_without_a_believable_pmid_is_refused(raw: str) -> None:
    with pytest.raises(RecordError, match="it cannot be stored"):
        one(f"{raw}TI  - Lamps\nSO  - J Lamps.\n")


def test_an_overlong_abstract_is_refused() -> None:
    with pytest.raises(RecordError, match="PMID 5: the abstract has"):
        one(f"PMID- 5\nAB  - {'x' * 1_000_001}\n")


def test_control_characters_and_lone_surrogates_do_not_reach_the_database() -> None:
    record = one("PMID- 5\nTI  - La\x00mp\x08s \ud800and\x7f light\n")
    assert record.title == "Lamps and light"


def test_an_abstract_of_copyright_only_is_none() -> None:
    assert one("PMID- 5\nAB  - © 2020 Lamp Press.\n").abstract is None


@given(st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"]), min_size=1))
def test_any_title_comes_through_normalised_and_utf8(title: str) -> None:
    body = f"PMID- 5\nTI  - {title}\nSO  - J Lamps.\n".encode()
    (batch,) = archive.read_bytes(body, "records.nbib")
    stored = batch.records[0].title
    assert stored is None or stored == " ".join(stored.split())
    assert (stored is None) == (not title.strip())
