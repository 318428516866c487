"""The cell arithmetic: studies are counted, never sentences, and nothing hides."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence.cells import DEMONSTRATION, Cell, Emptiness, build, touches
from evidence.claims import Claim
from evidence.decisions import Status
from evidence.findings import Vote, vote_of
from evidence.protocol import Protocol, load
from evidence.records import Retraction, TextSource
from evidence.types import Change, Design, Direction, Nuance, Role, Statement, TimeBand
from evidence.vocabulary import ComparatorClass
from tests.invented import draft, record
from tests.places import MIGRAINE

PROTOCOL = load(MIGRAINE)
IMPROVES, NULL, WORSENS = (
    Direction.IMPROVES,
    Direction.NO_CLEAR_DIFFERENCE,
    Direction.WORSENS,
)


def claim(pmid: int = 101, **changes: Any) -> Claim:
    """Return an accepted claim of a study of its own; `changes` differ."""
    outer = {
        key: changes.pop(key)
        for key in ("status", "study", "year", "retraction", "text_source")
        if key in changes
    }
    made = draft(record(pmid), **changes)
    values: dict[str, Any] = {"study": f"pmid-{pmid}", "year": 2020}
    values |= {"status": Status.ACCEPTED} | outer
    return Claim(id=f"c{made.fingerprint[:10]}{made.direction}", draft=made, **values)


def cell(*claims: Claim, treatment: str = "propranolol", **given: Any) -> Cell:
    return build(treatment, "photophobia", Role.OUTCOME, claims, PROTOCOL, **given)


class TestWhatCounts:
    def test_one_accepted_claim_is_one_study(self) -> None:
        tally = cell(claim()).tally()
        assert (tally.favours, tally.studies, tally.target) == (1, 1, 1)

    @pytest.mark.parametrize(
        "changes",
        [
            {"status": Status.PROPOSED},
            {"status": Status.REJECTED},
            {"status": Status.NEEDS_REREVIEW},
            {"status": Status.AWAITING_SECOND},
            {"retraction": Retraction.RETRACTED},
            {"text_source": TextSource.DIGEST},
            {"statement": Statement.BACKGROUND},
            {"species": "animal"},
            {"design": "narrative_review"},
            {"design": "protocol"},
        ],
    )
    def test_nothing_else_ever_counts(self, changes: dict[str, Any]) -> None:
        with_it = cell(claim(1), claim(2, direction=WORSENS, **changes))
        assert with_it.tally() == cell(claim(1)).tally()
        assert with_it.participants == cell(claim(1)).participants

    def test_a_digest_counts_in_a_demonstration_only(self) -> None:
        digest = claim(text_source=TextSource.DIGEST)
        assert cell(digest).tally().studies == 0
        assert cell(digest, sources=DEMONSTRATION).tally().studies == 1

    @pytest.mark.parametrize("comparator", [None, "baseline"])
    def test_what_states_no_direction_is_listed_not_counted(
        self, comparator: str | None
    ) -> None:
        uncertain = claim(nuance=Nuance.UNCERTAIN, direction=NULL)
        tolerated = claim(
            2,
            nuance=Nuance.TOLERABILITY_STATEMENT,
            direction=NULL,
            comparator=comparator,
        )
        made = cell(uncertain, tolerated)
        assert made.tally().studies == 0
        assert len(made.listed) == 2
        assert made.emptiness(searched=False) is None


class TestOneStudyOneVote:
    def test_two_sentences_of_a_study_are_one_study(self) -> None:
        again = claim(outcome="photophobia score")
        assert cell(claim(), again).tally().studies == 1

    def test_disagreement_inside_a_study_is_mixed(self) -> None:
        other = claim(outcome="photophobia score", direction=NULL)
        assert cell(claim(), other).tally().mixed == 1

    def test_a_second_report_of_a_trial_never_changes_a_count(self) -> None:
        first = claim(1, study="NCT00000001", year=2019)
        later = claim(2, study="NCT00000001", year=2021, direction=WORSENS)
        alone, both = cell(first), cell(first, later)
        assert both.tally() == alone.tally()
        assert both.findings[0].differing == (later.id,)

    def test_a_later_report_that_agrees_is_shown_with_it(self) -> None:
        first = claim(1, study="NCT00000001", year=2019)
        later = claim(2, study="NCT00000001", year=2021)
        made = cell(first, later)
        assert made.findings[0].also == (later.id,)
        assert set(made.claims) == {first.id, later.id}

    def test_a_second_report_adds_what_the_first_lacks(self) -> None:
        first = claim(1, study="NCT00000001", year=2019)
        later = claim(2, study="NCT00000001", year=2021, comparator="topiramate")
        made = cell(first, later)
        assert made.tally().studies == 1
        assert len(made.findings) == 2

    def test_arms_and_time_bands_do_not_add_participants(self) -> None:
        acute = claim()
        later = claim(outcome="at one year", time_band=TimeBand.CONTINUATION)
        assert cell(acute, later).participants == 60

    def test_the_largest_number_stated_is_the_study_s(self) -> None:
        smaller = claim(outcome="in completers", n=41)
        assert cell(claim(), smaller).participants == 60
        assert cell(claim(), smaller).findings[0].n == 60

    def test_bands_are_never_added(self) -> None:
        later = claim(2, time_band=TimeBand.CONTINUATION, direction=WORSENS)
        made = cell(claim(1), later)
        assert made.tally().against == 0
        assert made.tally(band=TimeBand.CONTINUATION).against == 1

    def test_the_weakest_sentence_decides_how_direct_a_study_is(self) -> None:
        strong = claim(population="rm_two")
        weak = claim(outcome="other", population="episodic", design=Design.COHORT)
        finding = cell(strong, weak).findings[0]
        assert (finding.target, finding.population) == (False, "episodic")
        assert finding.design is Design.COHORT


class TestComparators:
    def test_a_change_from_baseline_is_no_comparison(self) -> None:
        made = cell(claim(comparator="baseline", design=Design.UNCONTROLLED))
        assert made.tally().studies == 0
        within = made.tally(comparator_class=ComparatorClass.WITHIN_GROUP)
        assert within.favours == 1

    def test_a_study_that_differs_by_comparator_is_mixed_in_total(self) -> None:
        made = cell(claim(), claim(comparator="topiramate", direction=WORSENS))
        assert made.tally().mixed == 1
        inert = made.tally(comparator_class=ComparatorClass.INERT)
        active = made.tally(comparator_class=ComparatorClass.ACTIVE)
        assert (inert.favours, active.against) == (1, 1)

    def test_an_active_comparison_stands_in_both_rows_turned_round(self) -> None:
        versus = claim(comparator="topiramate")
        assert touches(versus.draft, PROTOCOL) == (
            "propranolol",
            "beta-blocker",
            "topiramate",
        )
        turned = cell(versus, treatment="topiramate")
        assert turned.tally().against == 1
        assert turned.findings[0].turned
        assert turned.findings[0].comparators == ("propranolol",)

    def test_a_dose_against_a_dose_is_no_other_treatment(self) -> None:
        doses = claim(comparator="propranolol")
        assert touches(doses.draft, PROTOCOL) == ("propranolol", "beta-blocker")
        kind = cell(doses).findings[0].comparator_class
        assert kind is ComparatorClass.OTHER_DOSE

    def test_a_class_against_its_own_member_is_in_no_row_of_the_class(self) -> None:
        inside = draft(treatment="beta-blocker", comparator="metoprolol")
        assert touches(inside, PROTOCOL) == ("metoprolol",)

    def test_a_class_learns_nothing_from_its_own_members(self) -> None:
        inside = draft(comparator="metoprolol")
        assert touches(inside, PROTOCOL) == ("propranolol", "metoprolol")

    def test_a_class_is_the_union_of_its_members_and_itself(self) -> None:
        made = cell(
            claim(1),
            claim(2, treatment="metoprolol"),
            claim(3, treatment="beta-blocker"),
            treatment="beta-blocker",
        )
        assert made.tally().studies == 3

    def test_a_moderator_is_not_turned_round(self) -> None:
        goes_with = draft(role=Role.MODERATOR, comparator="topiramate")
        assert "topiramate" not in touches(goes_with, PROTOCOL)


class TestMarkers:
    def test_a_marker_is_raised_or_lowered_never_better(self) -> None:
        raised = draft(measure="cgrp-level", domain="vigilance", change=Change.RAISED)
        assert vote_of(raised, False, PROTOCOL) is Vote.RAISED
        assert vote_of(raised, True, PROTOCOL) is Vote.LOWERED

    def test_an_unstated_change_of_a_marker_is_listed(self) -> None:
        unstated = draft(measure="cgrp-level", domain="vigilance")
        assert vote_of(unstated, False, PROTOCOL) is None

    @pytest.mark.parametrize(
        ("direction", "vote"),
        [(NULL, Vote.NO_CLEAR_DIFFERENCE), (Direction.MIXED, Vote.MIXED)],
    )
    def test_a_marker_that_did_not_move_is_counted(
        self, direction: Direction, vote: Vote
    ) -> None:
        still = draft(measure="cgrp-level", domain="vigilance", direction=direction)
        assert vote_of(still, False, PROTOCOL) is vote


class TestReviewsStandApart:
    @pytest.mark.parametrize(
        "design", [Design.SYSTEMATIC_REVIEW, Design.POOLED_ANALYSIS]
    )
    def test_they_are_shown_and_never_added(self, design: Design) -> None:
        made = cell(claim(1), claim(2, design=design, n=9000))
        assert made.tally().studies == 1
        assert made.participants == 60
        assert len(made.reviews) == 1


class TestEmptiness:
    @pytest.mark.parametrize(
        ("claims", "searched", "kind"),
        [
            ((), False, Emptiness.NEVER_SEARCHED),
            ((), True, Emptiness.NONE_FOUND),
            ((claim(status=Status.PROPOSED),), True, Emptiness.AWAITING_REVIEW),
            ((claim(status=Status.REJECTED),), True, Emptiness.ALL_REJECTED),
            ((claim(retraction=Retraction.RETRACTED),), True, Emptiness.ALL_REJECTED),
            ((claim(status=Status.WITHDRAWN),), True, Emptiness.NONE_FOUND),
            (
                (claim(status=Status.REJECTED), claim(2, status=Status.PROPOSED)),
                True,
                Emptiness.AWAITING_REVIEW,
            ),
            (
                (claim(statement=Statement.BACKGROUND, status=Status.PROPOSED),),
                True,
                Emptiness.ONLY_BACKGROUND,
            ),
        ],
    )
    def test_empty_is_not_one_thing(
        self, claims: tuple[Claim, ...], searched: bool, kind: Emptiness
    ) -> None:
        assert cell(*claims).emptiness(searched) is kind


claims_of_a_cell = st.lists(
    st.builds(
        claim,
        pmid=st.integers(1, 6),
        direction=st.sampled_from([IMPROVES, NULL, WORSENS, Direction.MIXED]),
        comparator=st.sampled_from(["placebo", "topiramate", "baseline", None]),
        status=st.sampled_from([Status.ACCEPTED, Status.PROPOSED, Status.REJECTED]),
        study=st.sampled_from(["NCT1", "NCT2", "pmid-3", "pmid-4"]),
        year=st.sampled_from([None, 2018, 2020]),
        design=st.sampled_from(["randomised", "cohort", "systematic_review"]),
        population=st.sampled_from(["rm_two", "episodic", "other"]),
        outcome=st.sampled_from(["a", "b"]),
    ),
    max_size=10,
    unique_by=lambda c: c.id,
)


@given(claims_of_a_cell, st.randoms(use_true_random=False))
def test_the_order_of_claims_never_matters(claims: list[Claim], chance: Any) -> None:
    shuffled = list(claims)
    chance.shuffle(shuffled)
    assert cell(*shuffled) == cell(*claims)


@given(claims_of_a_cell)
def test_what_nobody_accepted_never_changes_a_count(claims: list[Claim]) -> None:
    accepted = [c for c in claims if c.status is Status.ACCEPTED]
    assert cell(*claims).findings == cell(*accepted).findings


@given(claims_of_a_cell)
def test_a_study_is_counted_once(claims: list[Claim]) -> None:
    made = cell(*claims)
    compared = {
        f.study for f in made.findings if f.compared and f.band is TimeBand.ACUTE
    }
    assert made.tally().studies == len(compared)


@given(claims_of_a_cell, st.sampled_from(["placebo", "topiramate"]))
def test_an_opposing_study_always_shows(claims: list[Claim], against: str) -> None:
    opposing = claim(99, direction=WORSENS, comparator=against, study="pmid-99")
    tally = cell(*claims, opposing).tally()
    assert tally.against >= 1
    assert tally.conflict or tally.favours == 0


@given(claims_of_a_cell, st.integers(1, 6))
def test_a_retraction_leaves_what_the_others_found(
    claims: list[Claim], pmid: int
) -> None:
    after = [
        replace(c, retraction=Retraction.RETRACTED) if c.draft.pmid == pmid else c
        for c in claims
    ]
    others = [c for c in claims if c.draft.pmid != pmid]
    assert cell(*after).findings == cell(*others).findings


def test_the_ladder_knows_the_reviews_own_population() -> None:
    protocol: Protocol = PROTOCOL
    assert [p for p in protocol.populations if protocol.is_target(p)] == [
        "rm_two",
        "rm_label",
    ]
