"""What PubMed says of a paper, and the one normalisation of its text."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence.records import (
    Author,
    Correction,
    Retraction,
    Section,
    normalise,
    text_sha256,
)
from tests.invented import record


@given(st.text())
def test_normalising_twice_changes_nothing(text: str) -> None:
    once = normalise(text)
    assert normalise(once) == once
    assert unicodedata.is_normalized("NFC", once)
    assert once == once.strip()
    assert "  " not in once


def test_dashes_and_quotes_are_left_as_printed() -> None:
    assert normalise(" −2·3 – “so”\u00a0 ") == "−2·3 – “so”"


def test_sections_are_joined_by_one_newline_without_their_labels() -> None:
    made = record(sections=(Section("One.", "AIM"), Section("Two.", "RESULTS")))
    assert made.abstract == "One.\nTwo."
    assert record(sections=()).abstract is None


@pytest.mark.parametrize(
    ("types", "kinds", "state"),
    [
        (("Retracted Publication",), (), Retraction.RETRACTED),
        ((), ("RetractionIn",), Retraction.RETRACTED),
        ((), ("RetractedandRepublishedIn",), Retraction.RETRACTED),
        # The notice of a retraction is not itself retracted.
        (("Retraction of Publication",), ("RetractionOf",), Retraction.NONE),
        ((), ("ExpressionOfConcernIn", "ErratumIn"), Retraction.CONCERN),
        # A partial retraction has been an erratum since 2016.
        ((), ("ErratumIn",), Retraction.CORRECTED),
        ((), ("CommentIn",), Retraction.NONE),
    ],
)
def test_retraction_is_read_from_types_and_links(
    types: tuple[str, ...], kinds: tuple[str, ...], state: Retraction
) -> None:
    links = tuple(Correction(kind) for kind in kinds)
    assert record(publication_types=types, corrections=links).retraction is state


def test_authors_as_a_vancouver_list_prints_them() -> None:
    assert Author(family="Zarate", initials="CA", suffix="Jr").cited() == (
        "Zarate CA Jr"
    )
    assert Author(collective="UK ECT Review Group").cited() == "UK ECT Review Group"


def test_the_digest_of_a_text_depends_on_every_character() -> None:
    assert text_sha256("p = 0.01") != text_sha256("p = 0.1")
