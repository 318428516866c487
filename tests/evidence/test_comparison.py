"""What may be said of the review, and in which words."""

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence.cells import Cell, build
from evidence.claims import Claim
from evidence.comparison import Outcome, compare
from evidence.findings import Tally
from evidence.review import Assertion
from evidence.types import Direction, Role
from evidence.wording import NOT_USED, sentence, within_group
from tests.evidence.test_cells import PROTOCOL, claim

FOR, NULL, AGAINST = (
    Direction.IMPROVES,
    Direction.NO_CLEAR_DIFFERENCE,
    Direction.WORSENS,
)


def assertion(**changes: Any) -> Assertion:
    values: dict[str, Any] = {
        "id": "a1",
        "treatment": "propranolol",
        "domain": "photophobia",
        "role": "outcome",
        "stance": "favours",
        "summary": "Propranolol calms light.",
        "section": "Treatments",
    }
    return Assertion(**values | changes)


def cells(*claims: Claim) -> dict[Role, Cell]:
    return {
        role: build("propranolol", "photophobia", role, found, PROTOCOL)
        for role in Role
        if (found := [c for c in claims if c.draft.role is role])
    }


def studies(*directions: Direction, **changes: Any) -> list[Claim]:
    return [claim(i + 1, direction=d, **changes) for i, d in enumerate(directions)]


@pytest.mark.parametrize(
    ("stance", "found", "outcome", "words"),
    [
        ("favours", [FOR], Outcome.ONE_DIRECT, "One direct study; too few to compare."),
        ("favours", [FOR, FOR], Outcome.AGREES, "Direction agrees in 2 studies."),
        (
            "favours",
            [NULL, NULL],
            Outcome.NO_CLEAR_DIFFERENCE,
            "No clear difference in 2 studies; absence of effect is not shown.",
        ),
        (
            "favours",
            [AGAINST, AGAINST, AGAINST],
            Outcome.OPPOSES,
            "Direction opposes the review in 3 studies.",
        ),
        (
            "favours",
            [FOR, AGAINST],
            Outcome.DIVIDED,
            "1 favour, 1 against, 0 no clear difference, 0 mixed; 2 studies.",
        ),
        ("no_clear_benefit", [NULL, NULL], Outcome.AGREES, "agrees in 2 studies."),
        ("no_clear_benefit", [FOR, FOR], Outcome.OPPOSES, "opposes the review"),
        ("no_clear_benefit", [AGAINST, AGAINST], Outcome.DIVIDED, "2 against"),
        ("cautions", [AGAINST, AGAINST], Outcome.AGREES, "agrees in 2 studies."),
        ("cautions", [FOR, FOR], Outcome.OPPOSES, "opposes the review"),
        ("mechanism_only", [FOR, FOR], Outcome.DIVIDED, "2 favour"),
    ],
)
def test_direct_studies_are_compared_with_the_stance(
    stance: str, found: list[Direction], outcome: Outcome, words: str
) -> None:
    made = compare(assertion(stance=stance), cells(*studies(*found)), PROTOCOL)
    assert made.outcome is outcome
    assert words in made.sentence
    assert len(made.direct) == len(found)


class TestNotDirect:
    def test_nothing_studied(self) -> None:
        made = compare(assertion(), {}, PROTOCOL)
        assert made.outcome is Outcome.UNTESTED
        assert made.sentence == "No reviewed study here tests this."

    @pytest.mark.parametrize(
        ("changes", "what"),
        [
            ({"population": "episodic"}, "episodic migraine"),
            ({"design": "cohort"}, "RM without randomisation"),
            ({"comparator": "baseline"}, "change from baseline"),
            ({"design": "systematic_review"}, "systematic reviews and pooled analyses"),
            ({"time_band": "continuation"}, "continued treatment"),
            ({"time_band": "relapse_after_stopping"}, "relapse after stopping"),
            ({"role": "subgroup"}, "another question (patients with the domain)"),
        ],
    )
    def test_studied_otherwise_is_said_to_be_so(
        self, changes: dict[str, Any], what: str
    ) -> None:
        made = compare(assertion(), cells(*studies(FOR, FOR, **changes)), PROTOCOL)
        assert made.outcome is Outcome.INDIRECT
        assert made.sentence == f"Studied only in {what}; not tested as asserted."


class TestMatching:
    """That a treatment suits some better than others is another question."""

    def test_an_effect_alone_does_not_test_it(self) -> None:
        made = compare(assertion(matching=True), cells(*studies(FOR, FOR)), PROTOCOL)
        assert made.sentence == "Direction agrees in 2 studies. Matching untested."
        assert made.matching_tested is False

    def test_a_moderator_tests_it(self) -> None:
        goes_with = claim(9, role=Role.MODERATOR)
        found = cells(*studies(FOR, FOR), goes_with)
        made = compare(assertion(matching=True), found, PROTOCOL)
        assert "Matching" not in made.sentence

    @pytest.mark.parametrize(
        "changes", [{"comparator": None}, {"population": "episodic"}]
    )
    def test_a_prognosis_or_another_population_does_not(
        self, changes: dict[str, Any]
    ) -> None:
        goes_with = claim(9, role=Role.MODERATOR, **changes)
        found = cells(*studies(FOR, FOR), goes_with)
        made = compare(assertion(matching=True), found, PROTOCOL)
        assert made.matching_tested is False


tallies = st.builds(
    Tally,
    favours=st.integers(0, 3),
    against=st.integers(0, 3),
    no_clear_difference=st.integers(0, 3),
    mixed=st.integers(0, 2),
    raised=st.integers(0, 2),
    lowered=st.integers(0, 2),
)


class TestTheSentence:
    def test_of_several_studies(self) -> None:
        tally = Tally(favours=3, against=1, no_clear_difference=2, target=4)
        assert sentence(tally, PROTOCOL.words) == (
            "3 favour, 1 against, 2 no clear difference, 0 mixed; "
            "6 studies (RM 4); certainty not assessed."
        )

    def test_of_one_study(self) -> None:
        assert sentence(Tally(favours=1), PROTOCOL.words) == (
            "One study: favours (RM 0); certainty not assessed."
        )

    def test_of_markers(self) -> None:
        assert sentence(Tally(raised=2, no_clear_difference=1), PROTOCOL.words) == (
            "2 raised, 0 lowered, 1 no clear difference, 0 mixed; "
            "3 studies (RM 0); certainty not assessed."
        )

    def test_of_changes_from_baseline(self) -> None:
        made = cells(*studies(FOR, FOR, AGAINST, comparator="baseline"))
        assert within_group(made[Role.OUTCOME]) == (
            "2 studies: improved from baseline, no comparison; "
            "one study: worsened from baseline, no comparison."
        )

    def test_of_a_moderator_speaks_of_response(self) -> None:
        assert sentence(
            Tally(favours=1, against=1), PROTOCOL.words, Role.MODERATOR
        ) == (
            "1 better response, 1 poorer response, 0 no relation found, 0 mixed; "
            "2 studies (RM 0); certainty not assessed."
        )
        made = cells(claim(1, role=Role.MODERATOR, comparator=None))
        assert within_group(made[Role.MODERATOR]) == (
            "One study: better response, in treated patients only."
        )

    @given(tallies)
    def test_never_sounds_like_a_grade(self, tally: Tally) -> None:
        words = set(re.findall(r"[a-z]+", sentence(tally, PROTOCOL.words).lower()))
        assert not words & set(NOT_USED)

    @given(tallies)
    def test_names_every_side_that_has_a_study(self, tally: Tally) -> None:
        told = sentence(tally, PROTOCOL.words)
        for number, word in (
            (tally.favours, "favour"),
            (tally.against, "against"),
            (tally.no_clear_difference, "no clear difference"),
            (tally.mixed, "mixed"),
            (tally.raised, "raised"),
            (tally.lowered, "lowered"),
        ):
            assert number == 0 or word in told
