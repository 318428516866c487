"""Past decisions and searches: found again, opened again, taken back."""

from collections.abc import Iterator
from urllib.parse import quote

import pytest

from curation.review.undoing import steps
from evidence.decisions import Action, Decision, Reason, Status
from evidence.queries.claims import SHOWN
from tests.curation.review.browser import Answer
from tests.curation.review.conftest import Desk
from tests.invented import decision


@pytest.fixture
def decided(desk: Desk, claim: str) -> Desk:
    """Alice accepted one claim with a note; Bob rejected the other."""
    desk.press(desk.page(claim), "accept", note="Light, at 50% of a lux_meter.")
    other = desk.claim(domain="vigilance").id
    desk.decide(other, Action.REJECT, reason=Reason.NOT_A_COMPARISON)
    return desk


def told(page: Answer) -> list[str]:
    return [
        " ".join(li.find("p").text_content().split()).split(",")[0]
        for li in page.tree.xpath("//ul[@class='results']/li[p]")
    ]


ALICE, BOB = "alice accepted", "bob rejected: not a comparison"


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", [BOB, ALICE]),
        ("?curator=alice", [ALICE]),
        ("?action=reject", [BOB]),
        ("?text=lux_meter", [ALICE]),
        ("?text=50%25", [ALICE]),
        ("?text=5%25f", []),
        ("?text=luxXmeter", []),
        ("?text=Vigilance", [BOB]),
        ("?text=propranolol", [BOB, ALICE]),
        ("?text=101", [BOB, ALICE]),
        ("?text=102", []),
        ("?text=did+not+differ", [BOB]),
        ("?text=lux_meter&curator=bob", []),
        ("?text=snapshot", []),
        ("?text=alice", []),
    ],
)
def test_past_decisions_are_found(decided: Desk, query: str, found: list[str]) -> None:
    assert told(decided.browser.get(f"/decisions{query}")) == found


def test_a_past_decision_is_opened_again(decided: Desk, claim: str) -> None:
    page = decided.browser.get("/decisions?curator=alice")
    again = decided.browser.get(page.tree.xpath("//a[text()='Open again']/@href")[0])
    decided.press(again, "reject", reason="background")
    assert decided.claims()[claim].status is Status.REJECTED


def test_one_of_ones_own_is_taken_back_and_brought_back(
    decided: Desk, claim: str
) -> None:
    page = decided.browser.get("/decisions")
    (form,) = page.forms()  # Bob's cannot be taken back by Alice
    decided.browser.post(form.action, form.values)
    assert decided.claims()[claim].status is Status.PROPOSED
    page = decided.browser.get("/decisions")
    assert told(page)[0] == "alice took back an earlier decision"
    assert "(taken back)" in page.words()
    (form,) = page.forms()
    decided.browser.post(form.action, form.values)
    assert decided.claims()[claim].status is Status.ACCEPTED


def test_they_come_a_page_at_a_time(desk: Desk, claim: str) -> None:
    for minute in range(SHOWN + 10):
        desk.decide(claim, Action.FLAG, minute=minute, note=f"Number {minute}.")
    first = desk.browser.get("/decisions")
    assert len(told(first)) == SHOWN
    older = desk.browser.get(first.tree.xpath("//a[text()='Earlier ones']/@href")[0])
    assert len(told(older)) == 10
    assert "Number 0." in older.words()
    assert not older.tree.xpath("//a[text()='Earlier ones']")


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("propranolol", 2),
        ("Photophobia", 1),
        ("101", 2),
        ("did not differ", 1),
        ("DID NOT DIFFER", 1),
        ("aspirin", 0),
        ("100%", 0),
        ("_", 0),
        ("dose", 0),  # the name of a field is no word of a claim
        ("", 0),
    ],
)
def test_claims_are_found(desk: Desk, text: str, count: int) -> None:
    page = desk.browser.get(f"/search?text={quote(text)}")
    assert len(page.tree.xpath("//ul[@class='results']/li")) == count


def test_a_claims_id_leads_to_it(desk: Desk, claim: str) -> None:
    assert desk.browser.get(f"/search?text={claim}").path == f"/claims/{claim}"


def test_the_rules_and_keys_are_pages_too(desk: Desk) -> None:
    rules = desk.browser.get("/rules").words()
    for domain in desk.database.protocol.domains.values():
        assert domain.definition in rules
    assert "Use these keys" in desk.browser.get("/keys").words()


def test_steps_are_read_no_further_than_needed(desk: Desk, claim: str) -> None:
    """However much somebody has decided, undo reads the newest few."""
    made = [decision(claim, minute=minute) for minute in range(100)]
    read: list[Decision] = []

    def newest_first() -> Iterator[Decision]:
        for one in reversed(made):
            read.append(one)
            yield one

    found = steps(newest_first(), lambda _: made[0])
    assert found.undo == made[-1]
    assert len(read) == 1
