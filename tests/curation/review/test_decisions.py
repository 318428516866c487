"""Every button of the bar, without JavaScript: what it writes, where it leads."""

import pytest

from evidence.decisions import Action, Reason, Status
from evidence.records import Section
from evidence.store.records import save_records
from tests.curation.review.conftest import ALERTNESS, Desk, two_claims
from tests.invented import ABSTRACT, NOON, QUOTE, record

pytestmark = pytest.mark.both


def status(desk: Desk, claim: str) -> Status:
    return desk.claims()[claim].status


def test_accepting(desk: Desk, claim: str) -> None:
    after = desk.press(desk.page(claim), "accept")
    (taken,) = desk.ledger(claim)
    assert taken.action is Action.ACCEPT
    assert taken.curator == "alice"
    assert taken.snapshot == desk.claims()[claim].draft.as_dict()
    assert taken.at.utcoffset() is not None
    assert status(desk, claim) is Status.ACCEPTED
    assert desk.claim(domain="vigilance").id in after.text  # the next of the queue
    assert desk.whole()


def test_rejecting_with_a_reason(desk: Desk, claim: str) -> None:
    desk.press(desk.page(claim), "reject", reason="wrong_domain", note="It is nausea.")
    (taken,) = desk.ledger(claim)
    assert (taken.action, taken.reason) == (Action.REJECT, Reason.WRONG_DOMAIN)
    assert taken.note == "It is nausea."
    assert status(desk, claim) is Status.REJECTED


@pytest.mark.parametrize("reason", list(Reason))
def test_every_reason_stands_on_the_page(
    desk: Desk, claim: str, reason: Reason
) -> None:
    page = desk.page(claim)
    assert page.tree.xpath(f"//input[@type='radio'][@value='{reason.value}']")


def test_a_rejection_without_a_reason_is_asked_again(desk: Desk, claim: str) -> None:
    again = desk.press(desk.page(claim), "reject", note="Because.")
    assert again.status == 422
    assert "A rejection needs a reason" in again.words()
    assert again.form("decision").values["note"] == "Because."
    assert desk.ledger(claim) == []
    assert desk.press(again, "reject", reason="background").status == 200
    assert desk.ledger(claim)[0].note == "Because."


def test_an_unknown_reason_or_action_is_refused(desk: Desk, claim: str) -> None:
    page = desk.page(claim)
    assert desk.press(page, "reject", reason="nonsense").status == 422
    assert desk.press(page, "adjudicate").status == 422
    assert desk.press(page, "amend").status == 422
    assert desk.ledger(claim) == []


def test_enter_in_the_row_of_reasons_rejects_and_elsewhere_does_nothing(
    desk: Desk, claim: str
) -> None:
    assert desk.press(desk.page(claim), "").status == 422
    assert desk.ledger(claim) == []
    desk.press(desk.page(claim), "", reason="background")
    assert desk.ledger(claim)[0].action is Action.REJECT


def test_putting_off(desk: Desk, claim: str) -> None:
    desk.press(desk.page(claim), "defer")
    assert status(desk, claim) is Status.DEFERRED
    put_off = desk.browser.get("/queue?queue=deferred")
    assert claim in put_off.text
    desk.press(put_off, "accept")
    assert status(desk, claim) is Status.ACCEPTED
    assert "Nothing is left" in desk.browser.get("/queue?queue=deferred").title


def test_what_is_decided_cannot_be_put_off(desk: Desk, claim: str) -> None:
    desk.press(desk.page(claim), "accept")
    page = desk.page(claim)
    assert page.tree.xpath("//button[@value='defer'][@disabled]")
    assert "cannot be put off" in desk.press(page, "defer").words()


def test_flagging_needs_a_note(desk: Desk, claim: str) -> None:
    again = desk.press(desk.page(claim), "flag")
    assert again.status == 422
    desk.press(again, "flag", note="Is 60 the number analysed?")
    assert status(desk, claim) is Status.IN_REVIEW
    assert "Is 60 the number analysed?" in desk.page(claim).words()


def test_a_flag_on_an_accepted_claim_asks_for_another_look(
    desk: Desk, claim: str
) -> None:
    desk.press(desk.page(claim), "accept")
    desk.press(desk.page(claim), "flag", note="Look at the dose.")
    assert status(desk, claim) is Status.NEEDS_REREVIEW
    assert claim in desk.browser.get("/queue").text  # first of all that is due


def test_deciding_again_overrides_what_one_said_before(desk: Desk, claim: str) -> None:
    desk.press(desk.page(claim), "accept")
    desk.press(desk.page(claim), "reject", reason="background")
    assert status(desk, claim) is Status.REJECTED
    assert [d.action for d in desk.ledger(claim)] == [Action.ACCEPT, Action.REJECT]


class TestUndo:
    def test_undo_and_redo(self, desk: Desk, claim: str) -> None:
        desk.press(desk.page(claim), "accept")
        back = desk.step(desk.browser.get("/queue"), "undo")
        assert status(desk, claim) is Status.PROPOSED
        assert claim in back.path or "Photophobia" in back.words()
        desk.step(back, "redo")
        assert status(desk, claim) is Status.ACCEPTED
        assert [d.action for d in desk.ledger(claim)] == [
            Action.ACCEPT,
            Action.UNDO,
            Action.UNDO,
        ]
        assert desk.whole()

    def test_it_goes_back_and_forth_over_several_claims(
        self, desk: Desk, claim: str
    ) -> None:
        other = desk.claim(domain="vigilance").id
        desk.press(desk.page(claim), "accept")
        desk.press(desk.page(other), "reject", reason="background")
        desk.step(desk.step(desk.page(claim), "undo"), "undo")
        assert (status(desk, claim), status(desk, other)) == (Status.PROPOSED,) * 2
        assert desk.page(claim).tree.xpath("//button[@data-key='u'][@disabled]")
        desk.step(desk.step(desk.page(claim), "redo"), "redo")
        assert status(desk, claim) is Status.ACCEPTED
        assert status(desk, other) is Status.REJECTED
        assert desk.page(claim).tree.xpath("//button[@data-key='U'][@disabled]")
        desk.step(desk.page(claim), "undo")
        assert status(desk, other) is Status.PROPOSED

    def test_a_new_decision_forgets_what_could_be_brought_back(
        self, desk: Desk, claim: str
    ) -> None:
        desk.press(desk.page(claim), "accept")
        desk.step(desk.page(claim), "undo")
        desk.press(desk.page(claim), "defer")
        assert desk.page(claim).tree.xpath("//button[@data-key='U'][@disabled]")

    def test_it_survives_a_restart(self, desk: Desk, claim: str) -> None:
        desk.press(desk.page(claim), "accept")
        later = desk.reopened()
        later.step(later.page(claim), "undo")
        assert status(later, claim) is Status.PROPOSED
        last = later.reopened()
        last.step(last.page(claim), "redo")
        assert status(last, claim) is Status.ACCEPTED

    def test_only_ones_own_decisions(self, desk: Desk, claim: str) -> None:
        taken = desk.decide(claim, Action.ACCEPT)
        page = desk.page(claim)
        assert page.tree.xpath("//button[@data-key='u'][@disabled]")
        values = {"csrf": desk.access.csrf, "seen": taken.id}
        refused = desk.browser.submit(f"/decisions/{taken.id}/undo", values)
        assert refused.status == 403
        assert status(desk, claim) is Status.ACCEPTED

    def test_twice_from_two_tabs_takes_back_once(self, desk: Desk, claim: str) -> None:
        desk.press(desk.page(claim), "accept")
        page = desk.page(claim)
        desk.step(page, "undo")
        second = desk.step(page, "undo")
        assert second.status == 409
        assert [d.action for d in desk.ledger(claim)] == [Action.ACCEPT, Action.UNDO]


class TestConflict:
    def test_both_decisions_are_shown_and_nothing_is_lost(
        self, desk: Desk, claim: str
    ) -> None:
        page = desk.page(claim)
        desk.decide(claim, Action.REJECT, reason=Reason.BACKGROUND, note="Bob's note.")
        conflict = desk.press(page, "accept", note="Alice's <b>note</b>.")
        assert conflict.status == 409
        words = conflict.words()
        assert "bob rejected: background" in words
        assert "Bob's note." in words
        assert "alice accepted, not saved" in words
        assert "Alice's <b>note</b>." in words
        assert len(desk.ledger(claim)) == 1
        (form,) = (f for f in conflict.forms() if "decisions" in f.action)
        desk.browser.post(form.action, form.values | {"action": "accept"})
        assert status(desk, claim) is Status.ACCEPTED
        assert desk.ledger(claim)[-1].note == "Alice's <b>note</b>."

    def test_a_reading_anew_counts_as_a_change(self, desk: Desk, claim: str) -> None:
        page = desk.page(claim)
        desk.store(record(), two_claims(n=59))
        conflict = desk.press(page, "accept")
        assert conflict.status == 409
        assert "read anew" in conflict.words()
        assert desk.ledger(claim) == []
        (form,) = (f for f in conflict.forms() if "decisions" in f.action)
        desk.browser.post(form.action, form.values | {"action": "accept"})
        assert desk.ledger(claim)[0].snapshot["n"] == 59

    def test_an_amendment_meanwhile_is_a_decision_not_a_reading(
        self, desk: Desk, claim: str
    ) -> None:
        page = desk.page(claim)
        desk.decide(claim, Action.AMEND, changes={"direction": "worsens"})
        conflict = desk.press(page, "accept")
        assert "bob decided meanwhile" in conflict.words()
        assert "direction: improves worsens" in conflict.words()

    def test_an_undo_over_anothers_decision(self, desk: Desk, claim: str) -> None:
        desk.press(desk.page(claim), "accept")
        page = desk.page(claim)
        desk.decide(claim, Action.REJECT, reason=Reason.BACKGROUND, minute=9)
        conflict = desk.step(page, "undo")
        assert conflict.status == 409
        assert "bob rejected" in conflict.words()
        (form,) = (f for f in conflict.forms() if f.action.startswith("/decisions"))
        desk.browser.post(form.action, form.values | {"action": "undo"})
        assert desk.ledger(claim)[-1].action is Action.UNDO
        assert status(desk, claim) is Status.REJECTED

    def test_the_same_form_sent_twice_decides_once(
        self, desk: Desk, claim: str
    ) -> None:
        page = desk.page(claim)
        desk.press(page, "accept")
        assert desk.press(page, "accept").status == 409
        assert len(desk.ledger(claim)) == 1

    def test_a_decision_dated_into_the_future_does_not_outweigh_ours(
        self, desk: Desk, claim: str
    ) -> None:
        desk.decide(claim, Action.ACCEPT, minute=60 * 24 * 365)
        desk.press(desk.page(claim), "reject", reason="background")
        assert status(desk, claim) is Status.REJECTED


class TestChangedText:
    CHANGED = (ABSTRACT[0], ABSTRACT[1].replace("Alertness", "Vigilance"))

    def change(self, desk: Desk) -> None:
        sections = (
            Section(self.CHANGED[0], "METHODS"),
            Section(self.CHANGED[1], "RESULTS"),
        )
        # Without reading it again: what was proposed still quotes the first text.
        with desk.database.write() as session:
            changed = record(sections=sections)
            save_records(desk.database, session, [changed], run=desk.run, at=NOON)

    def test_the_quoted_version_is_shown_beside_the_present_one(
        self, desk: Desk
    ) -> None:
        claim = desk.claim(domain="vigilance").id
        self.change(desk)
        page = desk.page(claim)
        assert ALERTNESS in page.tree.get_element_by_id("abstract").text_content()
        assert "text changed since the claim was read" in page.words()
        assert "Vigilance did not differ" in page.words()

    def test_an_unchanged_one_says_so(self, desk: Desk, claim: str) -> None:
        assert "text unchanged since" in desk.page(claim).words()
        assert QUOTE in desk.page(claim).words()
