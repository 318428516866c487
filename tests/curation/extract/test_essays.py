"""Essays and studies: what only says what is known is no study's finding."""

import pytest

from curation.extract.design import of_record
from evidence.types import Design


@pytest.mark.parametrize(
    ("title", "body", "essay"),
    [
        (
            "Drugs for depression in heart disease.",
            "Tricyclic drugs may raise the risk of arrhythmia. Newer drugs are safer and "
            "can be given to most patients. Their use is recommended.",
            True,
        ),
        (
            "Drugs for depression in heart disease.",
            "Forty patients were given sertraline. Heart rate was stable and mood improved. "
            "Sertraline may be safe in heart disease and is well tolerated.",
            False,
        ),
        (
            "The role of adipokines in the response to ketamine.",
            "Plasma adipokines were measured before and after ketamine. Resistin fell.",
            False,
        ),
        (
            "The role of adipokines in the response to ketamine.",
            "Adipokines link metabolism and mood. Their place in treatment is discussed.",
            True,
        ),
        (
            "Ketamine and psychotherapy in private practice.",
            "Our findings suggest that ketamine can lower depression. It is well tolerated, "
            "may suit many patients, and has a place beside psychotherapy.",
            False,
        ),
        (
            "Management of low mood with nimodipine.",
            "Patients (3 unipolar, 11 bipolar) were given nimodipine. Nine responded.",
            False,
        ),
    ],
)
def test_an_essay_is_told_in_the_present(title: str, body: str, essay: bool) -> None:
    assert (of_record(title, body, ()) is Design.NARRATIVE_REVIEW) is essay
