"""Questions of any field: which way an outcome went under an intervention."""

import pytest

from curation.extract.answering import predict
from curation.extract.direction_task import Question
from evidence.records import Section

METHODS = "Sixty adults were randomised to zinc lozenges or placebo for two weeks."

CASES = [
    # What the sentence says, outcome, answer.
    ("Cough scores were lower with zinc than with placebo.", "cough", "decreased"),
    ("Cough scores were lower with placebo than with zinc.", "cough", "increased"),
    ("Zinc improved cough compared with placebo.", "cough", "decreased"),
    ("Zinc improved sense of taste compared with placebo.", "taste", "increased"),
    ("Reduction of cough was greater with zinc.", "reduction of cough", "increased"),
    ("Cough fell with zinc and taste rose (both P < .01).", "taste", "increased"),
    ("Cough fell with zinc and taste rose (both P < .01).", "cough", "decreased"),
    ("Groups had no difference in cough, taste or fever.", "fever", "no_difference"),
    (
        "Fever did not differ, but cough was rarer on zinc and lower.",
        "fever",
        "no_difference",
    ),
    (
        "Cough fell in both groups, without differences between them.",
        "cough",
        "no_difference",
    ),
    ("Fever was lower with zinc (P = .41).", "fever", "no_difference"),
    (
        "Fever was seen in 12% and 31% of those given zinc and placebo, respectively (P = .01).",
        "fever",
        "decreased",
    ),
    ("Nothing was said about the smell.", "fever", "no_difference"),
    ("No fever was seen.", "fever", "no_difference"),
    (
        "Fever was less with zinc, though this was not significant.",
        "fever",
        "no_difference",
    ),
    ("Fever was lower in the non-zinc group.", "fever", "increased"),
    ("Zinc was effective in reducing days at home.", "days at home", "decreased"),
    (
        "Zinc led to increases in taste, and decreases in sleep and fever.",
        "fever",
        "decreased",
    ),
]


@pytest.mark.parametrize(("result", "outcome", "expected"), CASES)
def test_an_outcome_is_answered_as_it_is_named(
    result: str, outcome: str, expected: str
) -> None:
    asked = Question(
        id="1",
        article="1",
        title="Zinc for colds",
        sections=(
            Section(text=METHODS, label="METHODS"),
            Section(text=result, label="RESULTS"),
        ),
        intervention="zinc lozenges",
        comparator="placebo",
        outcome=outcome,
        label=None,
    )
    assert predict(asked) == expected


def test_groups_are_known_by_the_labels_of_the_question() -> None:
    asked = Question(
        id="1",
        article="1",
        title=None,
        sections=(Section(text="Cough was worse in group A.", label="RESULTS"),),
        intervention="lozenges after meals (Group B)",
        comparator="lozenges before meals (Group A)",
        outcome="cough",
        label=None,
    )
    assert predict(asked) == "decreased"


def test_a_question_without_text_is_answered() -> None:
    empty = Question(
        id="1",
        article="1",
        title=None,
        sections=(),
        intervention="",
        comparator="",
        outcome="",
        label=None,
    )
    assert predict(empty) == "no_difference"
