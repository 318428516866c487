"""Cues and clauses: composed, denied, ignored; each trap beside its look-alike."""

import pytest

from curation.extract.clauses import split
from curation.extract.cues import read_cues
from curation.extract.direction import good_side, of
from evidence.types import Direction


def readings(text: str) -> list[str]:
    return [c.reading for c in read_cues(text, 0, len(text)) if not c.weak]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a greater reduction in scores", ["down"]),
        ("a smaller reduction in scores", ["up"]),
        ("the drug was less effective", ["worse"]),
        ("the drug was more effective", ["better"]),
        ("improvement in sleep was significantly greater with it", ["better"]),
        ("the reduction in scores was smaller with it", ["up"]),
        ("improvement in sleep was similar in both", ["null"]),
        ("a similar improvement was seen in both", ["null"]),
        ("there was no significant difference in sleep", ["null"]),
        ("sleep did not improve", ["null"]),
        ("not only sleep improved", ["better"]),
        ("the drug failed to improve sleep", ["null"]),
        ("they had failed to respond to two drugs", []),
        ("patients without pain had higher scores", ["up"]),
        ("the tablet was as effective as the spray", ["null"]),
        ("it changed mood as well as sleep", []),
        ("noninferior to the infusion", ["null"]),
        ("superior in reducing scores", ["better"]),
        ("higher scores indicating better function", []),
        ("response was defined as at least 50% reduction in scores", []),
        ("it may cause drug-related harm", []),
        ("fewer side effects", ["down"]),
        ("the results were contradictory", ["mixed"]),
        ("the level was not associated with response", ["unlinked"]),
    ],
)
def test_what_a_clause_says(text: str, expected: list[str]) -> None:
    assert readings(text) == expected


def test_a_denial_ends_at_the_comma_of_a_contrast() -> None:
    assert readings("the tablet, but not the spray, was superior to placebo") == [
        "better"
    ]


def test_similar_improvement_remembers_the_improvement() -> None:
    text = "both groups had similar improvements in sleep"
    assert [c.inner for c in read_cues(text, 0, len(text))] == ["better"]


BETTER = {"scale": "lower", "memory": "higher", "marker": "marker-higher"}


@pytest.mark.parametrize(
    ("text", "slug", "words", "expected"),
    [
        ("scores decreased", "scale", "scores", Direction.IMPROVES),
        ("scores increased", "scale", "scores", Direction.WORSENS),
        ("memory decreased", "memory", "memory", Direction.WORSENS),
        ("memory improved", "memory", "memory", Direction.IMPROVES),
        ("interleukin-6 decreased", "marker", "interleukin-6", Direction.IMPROVES),
        ("BDNF increased", "marker", "BDNF", Direction.IMPROVES),
        ("scores did not change", "scale", "scores", Direction.NO_CLEAR_DIFFERENCE),
        ("results were contradictory", "scale", "results", Direction.MIXED),
    ],
)
def test_polarity(text: str, slug: str, words: str, expected: Direction) -> None:
    cue = read_cues(text, 0, len(text))[0]
    assert of(cue, slug, words, BETTER) is expected


def test_the_healthy_side_of_a_marker() -> None:
    assert good_side("marker", "plasma cortisol", BETTER) == "lower"
    assert good_side("marker", "weight loss", BETTER) == "higher"


OUTCOMES = ("sleep", "mood", "pain")


def cut(text: str) -> list[str]:
    def complete(start: int, end: int) -> bool:
        piece = text[start:end]
        return any(o in piece for o in OUTCOMES) and bool(readings(piece))

    return [text[c.start : c.end] for c in split(text, 0, len(text), complete)]


@pytest.mark.parametrize(
    ("text", "clauses"),
    [
        (
            "sleep improved, but mood did not improve",
            ["sleep improved", "mood did not improve"],
        ),
        (
            "sleep improved and pain decreased",
            ["sleep improved", "pain decreased"],
        ),
        ("sleep and mood improved", ["sleep and mood improved"]),
        (
            "Although sleep improved, mood did not improve",
            ["Although sleep improved", "mood did not improve"],
        ),
        (
            "there was no difference in mood except for pain, which decreased",
            ["there was no difference in mood", "pain, which decreased"],
        ),
        (
            "sleep improved with no significant difference between groups",
            ["sleep improved", " no significant difference between groups"],
        ),
    ],
)
def test_clauses(text: str, clauses: list[str]) -> None:
    assert [c.strip() for c in cut(text)] == [c.strip() for c in clauses]
