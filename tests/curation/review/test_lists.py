"""Past decisions and searches: found again, opened again, taken back."""

from collections.abc import Iterator
from urllib.parse import quote

import pytest

from curation.review import about
from curation.review.undoing import steps
from evidence.decisions import Action, Decision, Reason, Status
from evidence.queries.claims import SHOWN
from evidence.queries.library import library
from evidence.rechecking import facts
from tests.curation.review.browser import Answer
from tests.curation.review.conftest import Desk
from tests.invented import decision

pytestmark = pytest.mark.both


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


class TestOfEveryKind:
    """Not only claims are decided on; what is said of others is found again too."""

    @pytest.fixture
    def busy(self, desk: Desk, claim: str) -> Desk:
        """Alice did one of everything, in this order."""
        get, post = desk.browser.get, desk.browser.post

        def fill(path: str, name: str, **typed: str) -> None:
            form = get(path).form(name)
            post(form.action, form.values | typed)

        desk.press(desk.page(claim), "accept")
        fact = next(iter(facts(desk.database.protocol)))
        fill(f"/regulatory/{fact}", "check", note="Register of May.")
        use = "/fidelity/a001-propranolol-photophobia/1"
        fill(use, "label", fidelity="partly", note="Children only.")
        study = {"study": "other", "other": "NCT01234567", "note": "Same arms."}
        fill("/papers/101/study", "link", **study)
        csrf = {"csrf": desk.access.csrf, "action": "accept"}
        post("/papers/101/read", csrf)
        words = {"text": "It dims the light.", "action": "ready"}
        fill("/statements/propranolol/photophobia/outcome", "write", **words)
        return desk

    EVERY = (
        "alice wrote a statement: Propranolol",
        "alice read to its end: PMID 101",
        "alice linked to NCT01234567: the study of PMID 101",
        "alice labelled “bears it out in part”: reference 1 at: Propranolol suits "
        "patients whom light hurts.",
        "alice compared with its source: Topiramate",
        "alice accepted",
    )

    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ("", (0, 1, 2, 3, 4, 5)),
            ("?kind=fidelity", (3,)),
            ("?kind=claim", (5,)),
            ("?text=dims+the", (0,)),
            ("?text=101", (1, 2, 5)),
            ("?text=nct01234567", (2,)),
            ("?text=children", (3,)),
            ("?text=whom+light", (3,)),
            ("?text=register+of+may", (4,)),
            ("?text=Propranolol", (0, 3, 5)),
            ("?text=Topiramate", (4,)),
            ("?text=Photophobia&curator=alice", (0, 3, 5)),
            ("?text=subject_kind", ()),
        ],
    )
    def test_it_is_found(self, busy: Desk, query: str, found: tuple[int, ...]) -> None:
        assert told(busy.browser.get(f"/decisions{query}")) == [
            self.EVERY[number] for number in found
        ]

    def test_each_leads_back_to_what_it_is_about(self, busy: Desk) -> None:
        page = busy.browser.get("/decisions")
        links = page.tree.xpath("//a[text()='Open again']/@href")
        assert len(links) == 6
        assert {busy.browser.get(link).status for link in links} == {200}

    def test_each_is_taken_back_and_brought_back(self, busy: Desk) -> None:
        for number in range(6):
            forms = busy.browser.get("/decisions").forms()
            busy.browser.post(forms[number].action, forms[number].values)
            form = busy.browser.get("/decisions").forms()[0]
            again = busy.browser.post(form.action, form.values)
            assert again.status == 200
            page = busy.browser.get("/decisions")
            assert told(page)[0].startswith("alice took back an earlier decision")
            # Begin again from the same six: what stands is what stood.
            assert len(page.forms()) == 7 + number
        assert busy.whole()

    def test_undo_and_redo_go_through_all_of_them(self, busy: Desk) -> None:
        def step(name: str) -> str:
            form = busy.browser.get("/").form(name)
            return busy.browser.post(form.action, form.values).path

        places = [step("undo").partition("?")[0] for _ in range(6)]
        fact = next(iter(facts(busy.database.protocol)))
        claim = busy.claim(domain="photophobia")
        assert places == [
            "/statements/propranolol/photophobia/outcome",
            "/papers/101",
            "/papers/101/study",
            "/fidelity/a001-propranolol-photophobia/1",
            f"/regulatory/{fact}",
            f"/claims/{claim.id}",
        ]
        assert claim.status is Status.PROPOSED
        assert "undo" not in {f.action for f in busy.browser.get("/").forms()}
        again = [step("redo").partition("?")[0] for _ in range(6)]
        assert again == places[::-1]
        assert busy.claim(domain="photophobia").status is Status.ACCEPTED
        with busy.database.read() as session:
            known = library(busy.database, session)
        assert known.fidelity and known.fact_checks
        assert known.claims[claim.id].study == "NCT01234567"
        assert busy.whole()

    def test_nobody_elses_and_not_what_was_passed_over(self, busy: Desk) -> None:
        bob = Desk(busy.database, busy.run, "bob", busy.seconds)
        assert bob.browser.get("/decisions").forms() == []
        (label,) = busy.browser.get("/decisions?kind=fidelity").forms()
        csrf = {"csrf": bob.access.csrf}
        assert bob.browser.submit(label.action, label.values | csrf).status == 403
        use = "/fidelity/a001-propranolol-photophobia/1"
        form = bob.browser.get(use).form("label")
        typed = {"fidelity": "contradicts", "note": "No."}
        bob.browser.post(form.action, form.values | typed)
        late = busy.browser.submit(label.action, label.values)
        assert late.status == 409
        assert "Something was decided here" in late.words()

    def test_a_fact_that_changed_stands_in_nobodys_way(
        self, busy: Desk, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A check of words that the protocol no longer has cannot be taken back."""
        fact = next(iter(facts(busy.database.protocol)))
        last = busy.browser.get(f"/regulatory/{fact}").form("check")
        busy.browser.post(last.action, last.values | {"note": "Again."})
        monkeypatch.setattr(about, "facts", lambda _: {})
        shown = busy.browser.get("/decisions").words()
        assert "a regulatory fact that was changed since" in shown
        assert "Last: wrote a statement" in busy.browser.get("/").words()
