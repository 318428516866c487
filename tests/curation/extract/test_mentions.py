"""Terms with their spellings, and words that look like a mention and are none."""

import pytest
import spacy

from curation.extract.claims import Extractor
from curation.extract.framing import is_class_word, is_context
from curation.extract.mentions import is_background_drug, is_condition, is_sample
from curation.extract.terms import Terms, is_cased, spellings
from curation.extract.tokenizer import adapt
from evidence.records import Record, Section


def find(table: dict[str, list[str]], text: str) -> list[str]:
    nlp = spacy.blank("en")
    adapt(nlp)
    doc = nlp.make_doc(text)
    return [doc[a:b].text for a, b, _ in Terms(nlp, table, numbered=True).find(doc)]


@pytest.mark.parametrize(
    ("term", "text", "found"),
    [
        ("treatment-resistant", "treatment resistant illness", ["treatment resistant"]),
        ("treatment resistant", "treatment-resistant illness", ["treatment-resistant"]),
        ("rating scale", "two rating scales", ["rating scales"]),
        ("ECT", "ECTs and ect", ["ECTs"]),
        ("SAD", "they were sad with SAD", ["SAD"]),
        ("HAMD", "HAMD17 fell", ["HAMD17"]),
        ("sertraline", "Sertraline-treated", ["Sertraline"]),
        ("sertraline", "desertralines", []),
        ("SAM-e", "at the same time", []),
    ],
)
def test_spellings_of_a_term(term: str, text: str, found: list[str]) -> None:
    assert find({"x": [term]}, text) == found


def test_the_longer_term_wins() -> None:
    table = {"sleep": ["sleep"], "deprivation": ["sleep deprivation"]}
    assert find(table, "sleep deprivation eased sleep") == [
        "sleep deprivation",
        "sleep",
    ]


def test_capitals_and_spellings() -> None:
    assert is_cased("ECT") and is_cased("LiCO3") and not is_cased("Prozac")
    assert "fast-acting" in set(spellings("fast acting"))


@pytest.mark.parametrize(
    ("before", "after", "sample"),
    [
        ("patients with severe ", " were enrolled", True),
        ("in ", " patients", True),
        ("a history of ", "", True),
        ("the drug improved ", " within a week", False),
        ("patients had less ", " on the drug", False),
        ("patients with depression had greater ", " on the drug", False),
        ("patients with depression and greater ", " were enrolled", True),
    ],
)
def test_words_that_describe_the_sample(before: str, after: str, sample: bool) -> None:
    assert is_sample(before, after) is sample


@pytest.mark.parametrize(
    ("before", "after", "condition"),
    [
        ("treatment of ", " in adults", True),
        ("treatment-resistant ", "", True),
        ("the drug reduced ", " at week six", False),
        ("doctors diagnosed ", " more often", True),
        ("the recognition and treatment of ", " rose", True),
        ("the same ", " guidelines were used", True),
        ("anxiety and ", " improved", False),
    ],
)
def test_a_disease_named_or_measured(before: str, after: str, condition: bool) -> None:
    assert is_condition(before, after) is condition


@pytest.mark.parametrize(
    ("before", "after", "words", "background"),
    [
        ("nonresponders to ", " were enrolled", "fluoxetine", True),
        ("who had failed to respond to ", "", "fluoxetine", True),
        ("", "-resistant patients", "SSRI", True),
        ("concomitant ", " was allowed", "lorazepam", True),
        ("ECT with ", "", "ketamine anaesthesia", True),
        ("patients treated with ", " improved", "fluoxetine", False),
        ("", "-treated patients improved", "fluoxetine", False),
    ],
)
def test_drugs_that_were_only_taken_before(
    before: str, after: str, words: str, background: bool
) -> None:
    assert is_background_drug(before, after, words) is background


def test_a_class_word_that_only_describes() -> None:
    assert is_class_word("has rapid ", "antidepressant", " effects")
    assert is_class_word("as a rapid ", "antidepressant", " in adults")
    assert not is_class_word("treated with ", "antidepressants", " for years")
    assert not is_class_word("an ", "antidepressant", " treatment improved")


def test_a_treatment_that_only_tells_the_time() -> None:
    assert is_context("scores fell during ")
    assert is_context("after the first ")
    assert not is_context("scores fell after ")


def mentioned(extractor: Extractor, text: str, group: str) -> list[tuple[str, str]]:
    source = Record(pmid=1, title="A trial.", sections=(Section(text=text),))
    doc = extractor.read(source)
    assert doc is not None
    return [(span.text, span.label_) for span in doc.spans[group]]


def test_an_ambiguous_short_form_needs_its_word(extractor: Extractor) -> None:
    alone = "SHAPS scores fell."
    told = "The Snaith-Hamilton Pleasure Scale (SHAPS) was used. SHAPS scores fell."
    assert mentioned(extractor, alone, "outcomes") == []
    assert ("SHAPS", "shaps") in mentioned(extractor, told, "outcomes")


def test_a_local_abbreviation_is_found_again(extractor: Extractor) -> None:
    text = "Patients received psilocybin therapy (PT). Scores fell after PT."
    assert ("PT", "psilocybin") in mentioned(extractor, text, "treatments")
    other = "Patients received plain talk (PT). Scores fell after PT."
    assert mentioned(extractor, other, "treatments") == []


def test_another_depression_is_no_outcome(extractor: Extractor) -> None:
    assert mentioned(extractor, "It caused respiratory depression.", "outcomes") in (
        [],
        [("respiratory depression", "mortality")],
    )
