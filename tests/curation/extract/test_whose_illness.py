"""Whose illness it is: words for depression, or for resistance, that speak of another."""

import pytest

from curation.extract.claims import Extractor
from tests.curation.extract.reading import record


@pytest.mark.parametrize(
    ("title", "methods", "population"),
    [
        (
            "Ketamine in treatment-refractory obsessive-compulsive disorder.",
            "Ten patients with treatment-refractory OCD were rated on a depression scale.",
            "other",
        ),
        (
            "Nefazodone in treatment-refractory posttraumatic stress disorder.",
            "Veterans had failed three medication trials; depression was rated.",
            "other",
        ),
        (
            "Ketamine in obsessive-compulsive disorder with depression.",
            "Ten patients with OCD and treatment-resistant depression received ketamine.",
            "trd_label",
        ),
        (
            "Ketamine in treatment-refractory illness.",
            "Patients with treatment-refractory depression received ketamine.",
            "trd_label",
        ),
    ],
)
def test_whose_resistance(
    title: str, methods: str, population: str, extractor: Extractor
) -> None:
    doc = extractor.read(record(title, methods, "Scores fell."))
    assert doc._.population == population
