"""No text hangs or is misquoted, none that can be stored raises, and nothing depends
on what was read before."""

import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from curation.errors import ExtractorError
from curation.extract.claims import Extractor
from curation.extract.nlp import COMPONENTS, build
from evidence.protocol import Protocol
from evidence.records import Record, Section, text_sha256
from evidence.types import Draft
from tests.curation.extract.reading import record


@pytest.fixture(scope="module")
def extractor(whole: Extractor) -> Extractor:
    """What is shipped, not the rules alone."""
    return whole


WORDS = st.sampled_from(
    [
        "ketamine", "placebo", "sertraline", "MADRS", "anxiety", "sleep", "response",
        "improved", "decreased", "greater", "than", "did not differ", "between",
        "groups", "but not", "although", "(p = .01)", "P>0·05", "well tolerated", ".",
        ",", ";", "and", "or", "with", "\u00a0", "−2.3", "n = 20", "α", "depression",
        "𝛽", "é", "e\u0301", "(SI)", "RESULTS:", "60%", "\u200b", "compared with",
    ]
)  # fmt: skip
SENTENCES = st.lists(WORDS, max_size=40).map(" ".join)
ANY = st.text(max_size=200)
SOURCES = st.builds(
    lambda title, parts: Record(
        pmid=7, title=title or None, sections=tuple(Section(text=p) for p in parts)
    ),
    st.one_of(SENTENCES, ANY),
    st.lists(st.one_of(SENTENCES, ANY), max_size=4),
)
QUIET = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


def check(source: Record, drafts: tuple[Draft, ...]) -> None:
    for draft in drafts:
        stored = source.text(draft.field) or ""
        assert stored[draft.start : draft.end] == draft.quote
        assert draft.text_sha256 == text_sha256(stored)
    prints = [draft.fingerprint for draft in drafts]
    assert len(prints) == len(set(prints))


@QUIET
@given(source=SOURCES)
def test_quotes_are_exact_whatever_the_text(
    extractor: Extractor, source: Record
) -> None:
    check(source, extractor.drafts(source))


@QUIET
@given(sources=st.lists(SOURCES, min_size=1, max_size=4))
def test_the_order_of_records_never_matters(
    extractor: Extractor, sources: list[Record]
) -> None:
    forward = [drafts for _, drafts in extractor.stream(sources)]
    backward = [drafts for _, drafts in extractor.stream(reversed(sources))]
    assert forward == backward[::-1]


RESULT = "Sertraline was superior to placebo on the MADRS (p = .01)."


def test_a_new_extractor_says_the_same(shipped: Protocol, extractor: Extractor) -> None:
    source = record("Sertraline in depression.", "Patients got it or placebo.", RESULT)
    again = Extractor(shipped)
    assert again.version == extractor.version
    assert again.drafts(source) == extractor.drafts(source) != ()


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "\n\n",
        ".",
        "x",
        "a" * 200_000,
        "a-" * 100_000,
        "(" * 100_000,
        ". " * 100_000,
        RESULT * 3_000,
        "ketamine, " * 20_000,
        "suicidal ideation (SI) " * 5_000,
        "improved and " * 20_000,
        "no " * 50_000,
        "\u0301" * 50_000,
        "1 " * 100_000,
        "group 1 " * 20_000,
    ],
    ids=lambda text: f"{text[:12]!r}x{len(text)}",
)
def test_no_text_hangs_or_raises(extractor: Extractor, text: str) -> None:
    source = Record(pmid=1, title=text[:200] or None, sections=(Section(text=text),))
    began = time.process_time()
    check(source, extractor.drafts(source))
    assert time.process_time() - began < 20


def test_a_record_without_text_has_no_claims(extractor: Extractor) -> None:
    assert extractor.drafts(Record(pmid=1)) == ()


def test_every_component_finds_what_it_needs(shipped: Protocol) -> None:
    nlp = build(shipped)
    assert tuple(nlp.pipe_names) == COMPONENTS
    assert not any(nlp.analyze_pipes()["problems"].values())


def test_the_order_of_components_is_checked(shipped: Protocol) -> None:
    nlp = build(shipped)
    problems = nlp.analyze_pipes()["attrs"]
    assert problems["doc._.arms"]["assigns"] == ["study_arms"]


def test_the_configuration_is_plain_text(shipped: Protocol) -> None:
    text = build(shipped).config.to_str()
    assert "study_population" in text and "sertraline" in text


def test_another_disease_is_another_folder(migraine: Protocol) -> None:
    assert (
        Extractor(migraine).drafts(record("A trial.", "We gave it.", "It helped."))
        == ()
    )


def test_half_a_character_is_an_error_that_names_the_record(
    extractor: Extractor,
) -> None:
    broken = record("Ketamine in depression.", "It was given.", "MADRS \ud800 fell.")
    with pytest.raises(ExtractorError, match=r"PMID 1: half a character"):
        extractor.drafts(broken)
