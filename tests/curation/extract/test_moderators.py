"""What goes with the response, and what only looks as if it did.

Each case is a result sentence of an open trial of ketamine, or of one against placebo,
and what must be read: domain, role, direction.
"""

import pytest

from curation.extract.claims import Extractor
from tests.curation.extract.reading import own, record

Told = tuple[str, str, str]
OPEN = (
    "Ketamine in major depressive disorder: an open trial.",
    "Thirty patients with major depressive disorder received open-label ketamine.",
)
CONTROLLED = (
    "Ketamine in major depressive disorder: a placebo-controlled trial.",
    "Patients with major depressive disorder were randomised to ketamine or placebo.",
)


@pytest.mark.parametrize(
    ("study", "result", "told"),
    [
        (
            CONTROLLED,
            "There was no significant interaction between treatment (ketamine versus placebo) and anxious status on the MADRS.",
            {("anxious-arousal", "moderator", "no_clear_difference")},
        ),
        (
            CONTROLLED,
            "There was no significant group by time interaction for anxiety.",
            {("anxious-arousal", "outcome", "no_clear_difference")},
        ),
        (
            OPEN,
            "The improvement in mood was mediated by a reduction in rumination.",
            {("rumination-rigidity", "moderator", "improves")},
        ),
        (
            OPEN,
            "Ketamine was followed by a significant reduction in rumination.",
            {("rumination-rigidity", "outcome", "improves")},
        ),
        (
            OPEN,
            "Patients with fewer earlier episodes were more likely to respond to ketamine.",
            set(),
        ),
        (
            CONTROLLED,
            "Patients with more severe illness had lower MADRS scores with ketamine than with placebo.",
            {("overall-severity", "overall", "improves")},
        ),
        (OPEN, "The effect on MADRS scores was not influenced by the presence of a personality disorder.", set()),
        (OPEN, "MADRS scores were not influenced by ketamine.", {("overall-severity", "overall", "no_clear_difference")}),
        (
            OPEN,
            "After adjusting for age, sex, body mass index, and baseline severity, there was a significant reduction in anhedonia.",
            {("anhedonia", "outcome", "improves")},
        ),
        (OPEN, "Body mass index fell significantly.", {("appetite-weight", "outcome", "improves")}),
        (OPEN, "Theta power could serve as an effective predictive biomarker in depression.", set()),
        (OPEN, "Ketamine was effective in depression.", {("overall-severity", "overall", "improves")}),
        (OPEN, "Greater connectivity may underlie the better sleep after ketamine.", set()),
        (OPEN, "Sleep quality was better after ketamine.", {("circadian-sleep", "outcome", "improves")}),
        (OPEN, "Mean MADRS scores did not differ between the groups at randomisation.", set()),
    ],
)  # fmt: skip
def test_what_goes_with_the_response(
    study: tuple[str, str], result: str, told: set[Told], extractor: Extractor
) -> None:
    drafts = own(extractor.drafts(record(*study, result)))
    assert {(d.domain, d.role.value, d.direction.value) for d in drafts} == told


def test_the_placebo_that_an_interaction_names(extractor: Extractor) -> None:
    result = "No interaction was found between treatment (ketamine versus placebo) and anxious status."
    drafts = own(extractor.drafts(record(*CONTROLLED, result)))
    assert {(d.treatment, d.comparator) for d in drafts} == {("ketamine", "placebo")}
