"""Tokens, sentences, sections and abbreviations: where the words stand."""

from itertools import pairwise

import pytest
import spacy

from curation.extract.abbreviations import definitions
from curation.extract.folding import fold
from curation.extract.section_model import Line, load_sections
from curation.extract.sections import decide, inline_label, label_role
from curation.extract.sentences import boundaries
from curation.extract.tokenizer import adapt
from curation.extract.trained import SHIPPED


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("p<.05", ["p", "<", ".05"]),
        ("HAM-D-17", ["HAM", "-", "D", "-", "17"]),
        ("0·05", ["0·05"]),
        ("fluoxetine/olanzapine", ["fluoxetine", "/", "olanzapine"]),
        ("ketamine-treated", ["ketamine", "-", "treated"]),
        ("ketamine's", ["ketamine", "'s"]),
        ("HAM-A.", ["HAM", "-", "A", "."]),
        ("1,250 patients", ["1,250", "patients"]),
        ("(-2.3)", ["(", "-2.3", ")"]),
        ("vs. placebo", ["vs.", "placebo"]),
        ("unknown.Therefore", ["unknown", ".", "Therefore"]),
        ("slept).Few", ["slept", ")", ".", "Few"]),
    ],
)
def test_tokens(text: str, tokens: list[str]) -> None:
    nlp = spacy.blank("en")
    adapt(nlp)
    assert [t.text for t in nlp.make_doc(text)] == tokens


def split(text: str) -> list[str]:
    starts = [*boundaries(fold(text)), len(text)]
    return [text[a:b].strip() for a, b in pairwise(starts)]


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        (
            "The drug vs. placebo won (P=.01). They slept.",
            ["The drug vs. placebo won (P=.01).", "They slept."],
        ),
        (
            "The effect was seen.; Sleep improved.",
            ["The effect was seen.;", "Sleep improved."],
        ),
        ("Dr. Smith saw E. coli. It grew.", ["Dr. Smith saw E. coli.", "It grew."]),
        (
            "This is unknown.Therefore we asked.",
            ["This is unknown.", "Therefore we asked."],
        ),
        ("They slept (n = 5). Few woke.", ["They slept (n = 5).", "Few woke."]),
        ("It was shown.12 Others agree.", ["It was shown.12", "Others agree."]),
        (
            "Twenty met criteria. RESULTS: They slept.",
            ["Twenty met criteria.", "RESULTS: They slept."],
        ),
        (
            "They woke within 2 h. Conclusions Both slept.",
            ["They woke within 2 h.", "Conclusions Both slept."],
        ),
        ("The Results were clear.", ["The Results were clear."]),
        ("First part.\nsecond part", ["First part.", "second part"]),
        ("The mean was 3.5 points.", ["The mean was 3.5 points."]),
        (
            "The ratio was 2.42 (95% CI 1.1 to 3.9) at 5.20 [1.2] points.",
            ["The ratio was 2.42 (95% CI 1.1 to 3.9) at 5.20 [1.2] points."],
        ),
        ("They slept (n = 5).Few woke.", ["They slept (n = 5).", "Few woke."]),
    ],
)
def test_sentences(text: str, sentences: list[str]) -> None:
    assert split(text) == sentences


@pytest.mark.parametrize(
    ("label", "role"),
    [
        ("METHODS", "methods"),
        ("Main outcome measures", "methods"),
        ("AUTHORS' CONCLUSIONS", "conclusions"),
        ("Trial registration", "other"),
        ("FINDINGS", "results"),
        ("Something else", None),
        (None, None),
    ],
)
def test_printed_labels(label: str | None, role: str | None) -> None:
    assert label_role(label) == role


def test_a_label_inside_a_paragraph() -> None:
    assert inline_label("RESULTS: Sleep improved.") == ("results", 9)
    assert inline_label("Results The tablet helped.") == ("results", 8)
    assert inline_label("Results improved.") is None
    assert inline_label("Sleep: it improved.") is None


def test_a_registration_speaks_for_its_own_sentence() -> None:
    lines = [
        Line("Trial registration: X1 at a register.", 0, "other"),
        Line("Sleep was better with the tablet (p = 0.01).", 0),
        Line("Fatigue was lower by 3.2 points (p = 0.02).", 0),
    ]
    assert decide(lines, load_sections(SHIPPED))[1:] == ["results", "results"]


def test_roles_of_an_unlabelled_abstract() -> None:
    lines = [
        "Insomnia is a common complaint and its treatment remains unclear.",
        "We aimed to compare two drugs.",
        "Forty patients were randomised to a tablet or placebo for six weeks.",
        "Sleep was significantly better with the tablet (p = 0.01).",
        "No serious adverse events were reported in 40 patients (0%).",
        "In conclusion, these findings suggest that the tablet may be useful.",
    ]
    roles = decide([Line(text, 0) for text in lines], load_sections(SHIPPED))
    assert roles == [
        "background",
        "aim",
        "methods",
        "results",
        "results",
        "conclusions",
    ]


def test_a_printed_label_beats_the_words() -> None:
    lines = [Line("Sleep was significantly better (p = 0.01).", 0, "methods")]
    assert decide(lines, load_sections(SHIPPED)) == ["methods"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("They had suicidal ideation (SI) daily.", {"SI": "suicidal ideation"}),
        ("Psilocybin therapy (PT) was given.", {"PT": "Psilocybin therapy"}),
        ("Sleep onset latency (SOL; minutes) fell.", {"SOL": "Sleep onset latency"}),
        ("Two groups (A and B) slept.", {}),
        ("The dose (mg) rose.", {}),
        ("Nothing fits here (XYZ).", {}),
    ],
)
def test_abbreviations(text: str, found: dict[str, str]) -> None:
    assert {a.short: text[a.start : a.end] for a in definitions(text)} == found


def test_folding_keeps_every_place() -> None:
    text = "“−2.3” and 0·05 ≥ p"
    assert fold(text) == '"-2.3" and 0.05 > p'
    assert len(fold(text)) == len(text)
