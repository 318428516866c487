"""Every cue stands in its own example, and is read there as it says."""

import pytest

from curation.errors import ExtractorError
from curation.extract import lexicon
from curation.extract.lexicon import Entry, Phrasebook, compile_phrase

NAMES = (
    "asked",
    "assertion",
    "cues",
    "design",
    "labels",
    "norms",
    "safety",
    "sections",
    "statistics",
    "time",
)
ENTRIES = [(name, entry) for name in NAMES for entry in lexicon.load(name).entries]


def test_every_file_is_tested() -> None:
    assert {p.stem for p in lexicon.FOLDER.glob("*.toml")} == set(NAMES)


@pytest.mark.parametrize(
    ("name", "entry"), ENTRIES, ids=[f"{n}:{e.phrase[:40]}" for n, e in ENTRIES]
)
def test_a_cue_is_found_in_its_example(name: str, entry: Entry) -> None:
    found = lexicon.load(name).find(entry.example)
    assert entry.phrase in [f.entry.phrase for f in found]


@pytest.mark.parametrize("name", NAMES)
def test_no_phrase_has_two_readings(name: str) -> None:
    phrases = [entry.phrase for entry in lexicon.load(name).entries]
    assert len(phrases) == len(set(phrases))


def test_alternatives_gaps_and_endings() -> None:
    book = Phrasebook(
        (
            Entry("no (clear|) ... difference", "null", ""),
            Entry("improv*", "better", ""),
        )
    )
    found = [f.entry.reading for f in book.find("no clear difference, improving")]
    assert found == ["null", "better"]
    assert book.find("nothing approved") == []


def test_the_longest_phrase_wins_and_nothing_is_found_twice() -> None:
    book = Phrasebook((Entry("well", "a", ""), Entry("well tolerated", "b", "")))
    assert [f.entry.reading for f in book.find("well tolerated")] == ["b"]


def test_a_phrase_cannot_start_with_a_gap() -> None:
    with pytest.raises(ExtractorError, match="must start with a word"):
        Phrasebook((Entry("... difference", "null", ""),))


def test_the_digest_covers_every_lexicon() -> None:
    assert len(lexicon.digest()) == 64
    assert lexicon.digest() == lexicon.digest()


def test_a_long_hyphenated_word_takes_no_time() -> None:
    book = Phrasebook((Entry("no ... difference", "null", ""),))
    assert book.find("no " + "a-" * 20_000) == []
    assert compile_phrase("a ... b")
