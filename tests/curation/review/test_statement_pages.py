"""What is said of a cell, on the page: written, answered by others, kept from loss."""

from typing import Any

import pytest

from evidence.decisions import Action, CuratorRole
from evidence.library import CellKey
from evidence.queries.library import library
from evidence.queries.statements import statements_on
from evidence.types import Role
from tests.curation.review.browser import Answer
from tests.curation.review.conftest import Desk

CELL: CellKey = ("propranolol", "photophobia", Role.OUTCOME)
PAGE = "/statements/propranolol/photophobia/outcome"
HOSTILE = "<script>alert(1)</script> & \u202e{{ x }}"


@pytest.fixture
def accepted(desk: Desk, claim: str) -> Desk:
    """One claim counts in the cell."""
    desk.decide(claim, Action.ACCEPT)
    return desk


def seat(desk: Desk, name: str, role: CuratorRole = CuratorRole.CURATOR) -> Desk:
    return Desk(desk.database, desk.run, name, desk.seconds, role=role)


def write(desk: Desk, text: str, action: str = "ready", **typed: str) -> Answer:
    form = desk.browser.get(PAGE).form("write")
    given = {"text": text, "action": action} | typed
    return desk.browser.post(form.action, form.values | given)


def answer(desk: Desk, action: str, note: str = "") -> Answer:
    form = desk.browser.get(PAGE).form("answer-1")
    given = {"action": action, "note": note}
    return desk.browser.post(form.action, form.values | given)


def states(desk: Desk) -> list[str]:
    with desk.database.read() as session:
        return [one.state.value for one in statements_on(session, CELL)]


def low(**changes: str) -> dict[str, str]:
    reasons = ("risk_of_bias", "inconsistency", "indirectness", "publication_bias")
    judged = {f"concern-{reason}": "not_serious" for reason in reasons}
    judged |= {"concern-imprecision": "serious", "why-imprecision": "Sixty patients."}
    return {"certainty": "low"} | judged | changes


def test_it_is_written_and_two_others_approve_it(accepted: Desk) -> None:
    # The treatment's, and that of its class.
    assert "2 cells with accepted" in accepted.browser.get("/statements").words()
    page = write(accepted, f"It helps some. {HOSTILE}", **low())
    assert "you cannot approve your own" in page.words()
    assert "Imprecision: serious. Sixty patients." in page.words()
    assert "<script>alert" not in page.text
    for name in ("bob", "carol"):
        other = seat(accepted, name)
        assert "1 awaits your approval" in other.browser.get("/").words()
        waiting = other.browser.get("/statements")
        assert waiting.title == "1 statement awaits your approval"
        assert f"{name} approves" in answer(other, "approve").words()
        assert other.browser.get("/statements").title.startswith("0 statements")
    assert states(accepted) == ["approved"]
    with accepted.database.read() as session:
        shown = library(accepted.database, session).statements[CELL]
    assert shown.wording.text == f"It helps some. {HOSTILE}"
    assert shown.sentence.startswith("One study: favours")
    assert accepted.whole()


def test_a_draft_is_kept_and_finished(accepted: Desk) -> None:
    write(accepted, "It hel", "draft")
    assert states(accepted) == ["draft"]
    page = accepted.browser.get(PAGE)
    assert page.form("write").values["text"] == "It hel"
    assert "answer" not in str(seat(accepted, "bob").browser.get(PAGE).forms())
    write(accepted, "It helps.")
    assert states(accepted) == ["awaiting_approval", "replaced"]


def test_who_wrote_it_cannot_approve_it(accepted: Desk) -> None:
    write(accepted, "It helps.")
    form = seat(accepted, "bob").browser.get(PAGE).form("answer-1")
    sent = form.values | {"action": "approve", "csrf": accepted.access.csrf}
    refused = accepted.browser.submit(form.action, sent)
    assert (refused.status, states(accepted)) == (403, ["awaiting_approval"])


def test_an_objection_says_why_and_can_be_taken_back(accepted: Desk) -> None:
    write(accepted, "It cures.")
    bob = seat(accepted, "bob")
    assert "Say in the note why." in answer(bob, "object").words()
    answer(bob, "object", "One trial cures nothing.")
    assert states(accepted) == ["objected"]
    page = accepted.browser.get(PAGE)
    assert "bob objects" in page.words() and "One trial cures nothing." in page.words()
    form = bob.browser.get(PAGE).form("take-back")
    bob.browser.post(form.action, form.values | {"action": "undo"})
    assert states(accepted) == ["awaiting_approval"]


def test_its_author_withdraws_it(accepted: Desk) -> None:
    write(accepted, "It helps.")
    form = accepted.browser.get(PAGE).form("take-back")
    page = accepted.browser.post(form.action, form.values | {"action": "undo"})
    assert states(accepted) == ["withdrawn"]
    assert "alice, 1 Mar 2026" in page.words() and "(taken back)" in page.words()


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"text": " "}, "1 to 2000 characters"),
        ({"text": "x" * 2001}, "1 to 2000 characters"),
        ({"certainty": "low"}, "needs a word on risk of bias"),
        ({"why-imprecision": "Few."}, "there are reasons but no certainty"),
        (low(**{"why-imprecision": ""}), "imprecision: say why it is rated down"),
        ({"action": "shout"}, "save it as a draft, or ask for approval"),
    ],
)
def test_what_is_wrong_is_told_and_nothing_typed_is_lost(
    accepted: Desk, typed: dict[str, str], told: str
) -> None:
    given = {"text": "It helps.", "note": "Have a look."} | typed
    action = given.pop("action", "ready")
    page = write(accepted, **given, action=action)
    assert (page.status, states(accepted)) == (422, [])
    assert told.casefold() in page.words().casefold()
    kept = page.form("write").values
    assert {n: kept[n].strip() for n in given} == {
        n: v.strip() for n, v in given.items()
    }


def test_nothing_is_said_of_claims_that_were_not_shown(
    accepted: Desk, claim: str
) -> None:
    form = accepted.browser.get(PAGE).form("write")
    typed = form.values | {"text": "It helps.", "action": "ready"}
    changes = {"direction": "worsens"}
    accepted.decide(claim, Action.AMEND, minute=3, changes=changes)
    late = accepted.browser.post(form.action, typed)
    assert (late.status, states(accepted)) == (409, [])
    assert late.form("write").values["text"] == "It helps."
    again = late.form("write")
    accepted.browser.post(again.action, again.values | {"action": "ready"})
    assert states(accepted) == ["awaiting_approval"]


def test_what_was_written_on_other_claims_is_not_approved(
    accepted: Desk, claim: str
) -> None:
    write(accepted, "It helps.")
    accepted.decide(claim, Action.AMEND, minute=3, changes={"n": 61})
    bob = seat(accepted, "bob")
    assert "its claims have changed" in bob.browser.get("/statements").words()
    assert "has to write it anew" in answer(bob, "approve").words()
    assert states(accepted) == ["awaiting_approval"]


def test_an_approved_one_that_went_stale_says_what_changed(
    accepted: Desk, claim: str
) -> None:
    write(accepted, "It helps.")
    for name in ("bob", "carol"):
        answer(seat(accepted, name), "approve")
    accepted.decide(claim, Action.AMEND, minute=3, changes={"n": 61})
    words = accepted.browser.get(PAGE).words()
    assert "0 came, 0 left and 1 changed" in words and claim in words
    assert "stale" in accepted.browser.get("/statements").words()


def test_of_an_empty_cell_there_is_nothing_to_say(desk: Desk) -> None:
    page = desk.browser.get(PAGE)
    assert "nothing to word yet" in page.words()
    assert not page.tree.xpath("//form[@id='write']")
    values: dict[str, Any] = {"csrf": desk.access.csrf, "text": "x", "action": "ready"}
    assert desk.browser.submit(PAGE, values).status == 422
    for path in (f"{PAGE}x", "/statements/joy/photophobia/outcome"):
        assert desk.browser.get(path).status == 404


def test_a_claims_page_leads_to_what_is_said_of_its_cell(
    desk: Desk, claim: str
) -> None:
    assert desk.page(claim).tree.xpath(f"//a[@href='{PAGE}']")
