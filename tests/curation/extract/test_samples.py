"""Patients whom a domain defines: a subgroup of the sample, or all of it."""

import pytest

from curation.extract.claims import Extractor
from tests.curation.extract.reading import own, record

METHODS = "Patients with major depressive disorder were randomised to sertraline or placebo for eight weeks."
IN_ANXIOUS = "In anxious patients MADRS scores fell significantly more with sertraline than with placebo."


@pytest.mark.parametrize(
    ("title", "result", "read"),
    [
        (
            "Sertraline in major depressive disorder: a placebo-controlled trial.",
            IN_ANXIOUS,
            ("anxious-arousal", "subgroup"),
        ),
        (
            "Sertraline in anxious depression: a placebo-controlled trial.",
            IN_ANXIOUS,
            ("overall-severity", "overall"),
        ),
        (
            "Sertraline in anxious depression versus nonanxious depression.",
            IN_ANXIOUS,
            ("anxious-arousal", "subgroup"),
        ),
    ],
)
def test_whose_effect_it_is(
    title: str, result: str, read: tuple[str, str], extractor: Extractor
) -> None:
    drafts = own(extractor.drafts(record(title, METHODS, result)))
    assert {(d.domain, d.role.value) for d in drafts} == {read}
