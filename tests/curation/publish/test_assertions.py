"""What the review asserts, its reference marks in one style, and their fidelity."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from curation.publish import cell_pages, review_pages
from curation.publish.assertions import marker
from curation.publish.catalogue import Catalogue
from curation.publish.fingerprint import digest_of
from evidence.fidelity import Fidelity, FidelityLabel
from evidence.library import Library

AT = datetime(2026, 4, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("printed", "shown"),
    [
        ("4", "[4]"),
        ("[4-6]", "[4-6]"),
        ("(1,2)", "[1,2]"),
        ("8\u201310", "[8\u201310]"),
    ],
)
def test_reference_marks_have_one_style(printed: str, shown: str) -> None:
    assert marker(printed) == shown


def test_a_reference_says_whether_it_bears_out_what_it_is_printed_for(
    library: Callable[..., Library],
) -> None:
    known = library()
    label = FidelityLabel(fidelity=Fidelity.OTHER_POPULATION, curator="EK", at=AT)
    labelled = replace(known, fidelity={"a1/1": label})
    for found, words in (
        (known, "fidelity not labelled yet"),
        (labelled, "is about other patients (EK, 2026-04-01)"),
    ):
        catalogue = Catalogue(found)
        for page in (
            cell_pages.page("sumatriptan", "aura", catalogue),
            review_pages.references(catalogue),
        ):
            assert words in page.text, page.path
            assert ">[1]<" in page.text
    assert digest_of(known) != digest_of(labelled)
