"""A claim is a quote; its id is minted once; its fingerprint knows it again."""

import pytest

from evidence.claims import mint_id, registry_ids, study_of
from evidence.errors import QuoteError
from evidence.types import Direction, Draft
from tests.invented import draft


def test_a_draft_survives_its_own_json() -> None:
    written = draft(combined_with=("topiramate",), flags=("spin",))
    assert Draft.from_dict(written.as_dict()) == written


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"end": 3}, "offsets"),
        ({"direction": "better"}, "direction"),
        ({"confidence": "high"}, "confidence"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_what_is_no_claim_is_refused(changes: dict[str, object], told: str) -> None:
    with pytest.raises(QuoteError, match=told):
        Draft.from_dict(draft().as_dict() | changes)


def test_a_better_reading_of_the_same_words_is_the_same_claim() -> None:
    read_better = draft(direction=Direction.WORSENS, p="0.02", n=None, rule="other")
    assert read_better.fingerprint == draft().fingerprint


def test_another_domain_is_another_claim() -> None:
    assert draft(domain="vigilance").fingerprint != draft().fingerprint


def test_a_against_b_is_b_against_a() -> None:
    forth = draft(treatment="propranolol", comparator="topiramate")
    back = draft(treatment="topiramate", comparator="propranolol")
    assert forth.fingerprint == back.fingerprint
    assert forth.fingerprint != draft(comparator=None).fingerprint


def test_ids_are_the_same_in_every_database() -> None:
    assert mint_id(draft()) == mint_id(draft(rule="another"))
    assert mint_id(draft()) != mint_id(draft(), taken=1)
    assert mint_id(draft()).startswith("c")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Registered: NCT01627782.", ("NCT01627782",)),
        (
            "(ISRCTN12345678; NCT01627782; ISRCTN12345678)",
            ("ISRCTN12345678", "NCT01627782"),
        ),
        ("Trial ChiCTR2000041232", ("ChiCTR2000041232",)),
        ("NCT0162778 is a digit short, NCT016277822 one too long", ()),
    ],
)
def test_registration_numbers_in_text(text: str, found: tuple[str, ...]) -> None:
    assert registry_ids(text) == found


@pytest.mark.parametrize(
    ("registered", "printed", "study"),
    [
        (("NCT00000001",), (), "NCT00000001"),
        ((), ("NCT00000002",), "NCT00000002"),
        (("NCT00000001",), ("NCT00000002",), "NCT00000001"),
        # A paper about two trials is pooled or a review: a study of its own.
        (("NCT00000001", "NCT00000002"), (), "pmid-7"),
        ((), (), "pmid-7"),
    ],
)
def test_a_registered_trial_is_the_unit_of_counting(
    registered: tuple[str, ...], printed: tuple[str, ...], study: str
) -> None:
    assert study_of(7, registered, printed) == study
