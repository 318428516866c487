"""Status is computed from decisions, and from nothing else."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence.decisions import (
    Action,
    CuratorRole,
    Decision,
    Reason,
    Status,
    SubjectKind,
)
from evidence.errors import DecisionError
from evidence.records import Field
from evidence.status import Doubt, DoubtKind, Tombstone, live, resolve
from evidence.types import Direction
from tests.invented import NOON, QUOTE, decision, draft

ACCEPT = decision("c1")
REJECT = decision(
    "c1", Action.REJECT, minute=5, curator="bob", reason=Reason.WRONG_DOMAIN
)


def adjudication(**changes: Any) -> Decision:
    """Return carol's ruling: accepted, unless a reason says otherwise."""
    role = CuratorRole.ADJUDICATOR
    return decision("c1", Action.ADJUDICATE, curator="carol", role=role, **changes)


def test_nobody_decided() -> None:
    assert resolve(draft(), ()).status is Status.PROPOSED


def test_one_curator_accepts() -> None:
    resolved = resolve(draft(), (ACCEPT,))
    assert resolved.status is Status.ACCEPTED
    assert resolved.decided_at == NOON
    assert resolved.curators == ("alice",)


def test_the_last_word_holds_when_one_curator_is_enough() -> None:
    assert resolve(draft(), (ACCEPT, REJECT)).status is Status.REJECTED


def test_amending_is_accepting_with_other_fields() -> None:
    amended = decision("c1", Action.AMEND, changes={"direction": "worsens"})
    resolved = resolve(draft(), (amended,))
    assert resolved.status is Status.ACCEPTED
    assert resolved.draft.direction is Direction.WORSENS


def test_what_was_decided_is_what_was_seen_then() -> None:
    seen = decision("c1", snapshot=draft().as_dict())
    read_anew = draft(direction=Direction.MIXED, rule="a newer rule")
    assert resolve(read_anew, (seen,)).draft == draft()
    assert resolve(read_anew, ()).draft == read_anew


class TestUndo:
    def test_an_undo_brings_back_what_was_before(self) -> None:
        undo = decision("c1", Action.UNDO, minute=9, undoes=ACCEPT.id)
        assert resolve(draft(), (ACCEPT, undo)).status is Status.PROPOSED

    def test_undoing_the_undo_is_redo(self) -> None:
        undo = decision("c1", Action.UNDO, minute=9, undoes=ACCEPT.id)
        redo = decision("c1", Action.UNDO, minute=10, undoes=undo.id)
        assert resolve(draft(), (ACCEPT, undo, redo)).status is Status.ACCEPTED


class TestTwoCurators:
    def test_the_second_is_awaited(self) -> None:
        assert resolve(draft(), (ACCEPT,), dual=True).status is Status.AWAITING_SECOND

    def test_two_that_agree_accept(self) -> None:
        second = decision("c1", curator="bob", minute=5)
        assert resolve(draft(), (ACCEPT, second), dual=True).status is Status.ACCEPTED

    def test_two_that_agree_to_reject(self) -> None:
        mine = decision("c1", Action.REJECT, reason=Reason.OUT_OF_SCOPE)
        assert resolve(draft(), (mine, REJECT), dual=True).status is Status.REJECTED

    def test_two_that_differ_in_a_field_are_in_dispute(self) -> None:
        other = decision("c1", Action.AMEND, curator="bob", minute=5, changes={"n": 61})
        assert resolve(draft(), (ACCEPT, other), dual=True).status is Status.DISPUTED

    def test_a_third_settles_it(self) -> None:
        settled = adjudication(minute=9, changes={"n": 61})
        resolved = resolve(draft(), (ACCEPT, REJECT, settled), dual=True)
        assert resolved.status is Status.ADJUDICATED
        assert resolved.draft.n == 61

    def test_nobody_accepts_what_they_added_themselves(self) -> None:
        mine = draft(extractor="curator:alice")
        assert resolve(mine, (ACCEPT,)).status is Status.AWAITING_SECOND
        second = decision("c1", curator="bob", minute=1)
        assert resolve(mine, (ACCEPT, second)).status is Status.ACCEPTED
        refusal = decision(
            "c1", Action.REJECT, curator="bob", reason=Reason.OUT_OF_SCOPE
        )
        mine_again = decision("c1", minute=2)
        alone = resolve(mine, (refusal, mine_again))
        assert alone.status is Status.AWAITING_SECOND

    def test_nobody_settles_what_they_added_themselves(self) -> None:
        mine = draft(extractor="curator:Carol")
        assert resolve(mine, (adjudication(),)).status is Status.PROPOSED

    def test_nobody_settles_a_dispute_in_which_they_took_a_side(self) -> None:
        own = decision("c1", curator="carol")
        settled = adjudication(minute=9, reason=Reason.OUT_OF_SCOPE)
        resolved = resolve(draft(), (own, REJECT, settled), dual=True)
        assert resolved.status is Status.DISPUTED
        assert resolved.resting_on == (own, REJECT)

    def test_where_the_words_stand_is_no_matter_of_opinion(self) -> None:
        seen = draft().as_dict() | {"confidence": 0.1, "rule": "another", "cue": "x"}
        second = decision("c1", curator="bob", minute=5, snapshot=seen)
        assert resolve(draft(), (ACCEPT, second), dual=True).status is Status.ACCEPTED

    def test_one_person_with_two_spellings_is_one_curator(self) -> None:
        again = decision("c1", curator="Alice", minute=5)
        resolved = resolve(draft(), (ACCEPT, again), dual=True)
        assert resolved.status is Status.AWAITING_SECOND

    def test_a_verdict_after_the_ruling_reopens_the_dispute(self) -> None:
        after = decision(
            "c1",
            Action.REJECT,
            curator="bob",
            minute=30,
            reason=Reason.WRONG_ROLE,
        )
        resolved = resolve(draft(), (adjudication(), after), dual=True)
        assert resolved.status is Status.DISPUTED


class TestConfidenceTakenAway:
    doubts = (Doubt(at=NOON + timedelta(days=3), kind=DoubtKind.RETRACTED),)

    def test_a_retraction_asks_for_another_look(self) -> None:
        resolved = resolve(draft(), (ACCEPT,), doubts=self.doubts)
        assert resolved.status is Status.NEEDS_REREVIEW

    def test_another_look_settles_it(self) -> None:
        again = decision("c1", minute=60 * 24 * 4)
        resolved = resolve(draft(), (ACCEPT, again), doubts=self.doubts)
        assert resolved.status is Status.ACCEPTED

    def test_doubt_never_accepts_or_revives_anything(self) -> None:
        assert resolve(draft(), (), doubts=self.doubts).status is Status.PROPOSED
        assert resolve(draft(), (REJECT,), doubts=self.doubts).status is Status.REJECTED

    def test_an_adjudicated_claim_can_be_doubted_too(self) -> None:
        settled = adjudication()
        resolved = resolve(draft(), (settled,), doubts=self.doubts)
        assert resolved.status is Status.NEEDS_REREVIEW

    def test_a_later_rejection_gives_no_confidence_back(self) -> None:
        late = decision(
            "c1", Action.REJECT, minute=60 * 24 * 4, reason=Reason.OUT_OF_SCOPE
        )
        resolved = resolve(draft(), (adjudication(), late), doubts=self.doubts)
        assert resolved.status is Status.REJECTED

    def test_of_two_curators_both_have_to_look_again(self) -> None:
        second = decision("c1", curator="bob", minute=5)
        again = decision("c1", minute=60 * 24 * 4)
        one = resolve(draft(), (ACCEPT, second, again), dual=True, doubts=self.doubts)
        assert one.status is Status.NEEDS_REREVIEW
        bob = decision("c1", curator="bob", minute=60 * 24 * 5)
        both = resolve(
            draft(), (ACCEPT, second, again, bob), dual=True, doubts=self.doubts
        )
        assert both.status is Status.ACCEPTED

    def test_a_flag_on_an_accepted_claim_takes_it_out(self) -> None:
        flag = decision("c1", Action.FLAG, minute=7, curator="bob", note="look again")
        assert resolve(draft(), (ACCEPT, flag)).status is Status.NEEDS_REREVIEW
        assert resolve(draft(), (flag,)).status is Status.IN_REVIEW

    def test_putting_off_does_not_lower_a_flag(self) -> None:
        flag = decision("c1", Action.FLAG, minute=7, curator="bob", note="look again")
        defer = decision("c1", Action.DEFER, minute=8, curator="carol")
        assert resolve(draft(), (ACCEPT, flag, defer)).status is Status.NEEDS_REREVIEW
        again = decision("c1", minute=9)
        assert resolve(draft(), (ACCEPT, flag, again)).status is Status.ACCEPTED

    def test_a_digests_claim_is_withdrawn_whatever_was_decided(self) -> None:
        quoted = draft()
        replaced = Doubt(
            at=NOON - timedelta(days=9),
            kind=DoubtKind.DIGEST_REPLACED,
            field=quoted.field,
            sha256=quoted.text_sha256,
        )
        assert resolve(quoted, (ACCEPT,), doubts=(replaced,)).status is Status.WITHDRAWN

    def test_a_changed_text_concerns_only_quotes_that_left_it(self) -> None:
        changed = Doubt(
            at=NOON + timedelta(days=3),
            kind=DoubtKind.TEXT_CHANGED,
            field=Field.ABSTRACT,
            before=f"{QUOTE} Alertness did not differ.",
            after="Alertness did not differ.",
        )
        kept = draft(quote="Alertness did not differ")
        assert changed.concerns(draft()) and not changed.concerns(kept)
        assert resolve(kept, (ACCEPT,), doubts=(changed,)).status is Status.ACCEPTED

    def test_a_persons_word_outweighs_the_extractors_silence(self) -> None:
        silent = Tombstone.NO_LONGER_PROPOSED
        assert resolve(draft(), (), tombstone=silent).status is Status.WITHDRAWN
        assert resolve(draft(), (ACCEPT,), tombstone=silent).status is Status.ACCEPTED


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"action": Action.REJECT}, "reasons"),
        ({"action": Action.UNDO}, "takes back"),
        ({"action": Action.ACCEPT, "changes": {"n": 1}}, "change fields"),
        ({"action": Action.ACCEPT, "curator": " "}, "name"),
        ({"action": Action.ACCEPT, "curator": "alice "}, "spaces"),
        ({"action": Action.ADJUDICATE}, "adjudicator"),
        ({"action": Action.ACCEPT, "reason": Reason.BACKGROUND}, "only a rejection"),
        ({"action": Action.AMEND, "changes": {"pmid": 1}}, "changes pmid"),
        ({"action": Action.AMEND, "changes": {"extractor": "me"}}, "extractor"),
        ({"action": Action.ACCEPT, "at": NOON.replace(tzinfo=None)}, "UTC"),
    ],
)
def test_a_decision_that_nobody_could_read_later_is_refused(
    changes: dict[str, object], told: str
) -> None:
    values: dict[str, Any] = {"subject_kind": SubjectKind.CLAIM, "subject_id": "c1"}
    values |= {"curator": "a"}
    with pytest.raises(DecisionError, match=told):
        Decision(**(values | {"at": NOON} | changes))


def test_a_decision_survives_its_own_json() -> None:
    assert Decision.from_dict(REJECT.as_dict()) == REJECT
    assert Decision.from_dict(REJECT.as_dict()).id == REJECT.id


actions = st.lists(
    st.tuples(st.sampled_from(["accept", "reject", "undo"]), st.integers(0, 9)),
    max_size=12,
)


@given(actions)
def test_an_undone_decision_never_counts(steps: list[tuple[str, int]]) -> None:
    taken: list[Decision] = []
    for minute, (what, which) in enumerate(steps):
        if what == "undo" and taken:
            target = taken[which % len(taken)]
            taken.append(decision("c1", Action.UNDO, minute=minute, undoes=target.id))
        elif what == "accept":
            taken.append(decision("c1", minute=minute))
        elif what == "reject":
            taken.append(
                decision("c1", Action.REJECT, minute=minute, reason=Reason.OUT_OF_SCOPE)
            )
    # Told again, plainly: a decision stands unless an undo that stands names it.
    stands: dict[str, bool] = {}
    for one in reversed(taken):
        stands[one.id] = not any(
            stands[later.id] for later in taken if later.undoes == one.id
        )
    standing = [d for d in taken if stands[d.id] and d.action is not Action.UNDO]
    assert live(taken) == standing
    last = standing[-1] if standing else None
    expected = {
        None: Status.PROPOSED,
        Action.ACCEPT: Status.ACCEPTED,
        Action.REJECT: Status.REJECTED,
    }[last.action if last else None]
    assert resolve(draft(), taken).status is expected
