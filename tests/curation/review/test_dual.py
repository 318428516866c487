"""Two curators who do not see each other's word, and a third who settles."""

from pathlib import Path

import pytest

from curation.review.sheets import export_queue, review_as
from evidence.database import Database, ReviewMode
from evidence.decisions import Action, CuratorRole, Reason, Status
from evidence.ledger import export, import_lines
from evidence.queries.library import library
from evidence.store.records import save_records
from evidence.store.reviewing import set_review_mode
from evidence.types import Direction
from evidence.verification import verify
from tests.curation.review.browser import Answer
from tests.curation.review.conftest import Desk
from tests.invented import NOON, record
from tests.raw import spoil

BOTH = "Bob saw nausea."


@pytest.fixture(autouse=True)
def dual(desk: Desk) -> None:
    with desk.database.write() as session:
        set_review_mode(desk.database, session, ReviewMode.DUAL, actor="root", at=NOON)


@pytest.fixture
def bob(desk: Desk) -> Desk:
    """Return the same database at another curator's desk."""
    return Desk(desk.database, desk.run, "bob", desk.seconds)


@pytest.fixture
def carol(desk: Desk) -> Desk:
    """Return the same database at an adjudicator's desk."""
    return Desk(
        desk.database, desk.run, "carol", desk.seconds, role=CuratorRole.ADJUDICATOR
    )


def status(desk: Desk, claim: str) -> Status:
    return desk.claims()[claim].status


def amend(desk: Desk, claim: str, **typed: str) -> Answer:
    form = desk.browser.get(f"/claims/{claim}/amend?queue=due").form("amendment")
    return desk.browser.post(form.action, form.values | typed)


class TestBlind:
    def test_the_second_sees_nothing_of_the_first(
        self, desk: Desk, bob: Desk, claim: str
    ) -> None:
        before = bob.page(claim).words()
        amend(desk, claim, direction="worsens", n="58", note="It is worse.")
        assert status(desk, claim) is Status.AWAITING_SECOND
        assert bob.page(claim).words() == before
        other = desk.claim(domain="vigilance").id
        for path in (
            *("/decisions", "/decisions?curator=alice", "/disputes", "/agreement"),
            *("/search?text=propranolol", f"/claims/{other}", "/papers/101"),
            *("/decisions?text=worse", "/papers/101/accept", "/papers/101/add"),
        ):
            words = bob.browser.get(path).words()
            assert "alice" not in words, path
            assert "worsens:" not in words, path
            assert "It is worse" not in words, path

    def test_the_first_waits_and_is_told_so(self, desk: Desk, claim: str) -> None:
        desk.press(desk.page(claim), "accept")
        words = desk.page(claim).words()
        assert "It waits for a second curator, who does not see what you said" in words
        assert claim not in desk.browser.get("/queue?queue=due").path
        assert "1 of 2 decided" in desk.browser.get("/").words()

    def test_what_waits_for_a_second_is_asked_of_another(
        self, desk: Desk, bob: Desk, claim: str
    ) -> None:
        desk.press(desk.page(claim), "accept")
        assert claim in bob.browser.get("/queue?queue=due").path

    def test_who_decides_blind_is_never_in_the_others_way(
        self, desk: Desk, bob: Desk, claim: str
    ) -> None:
        page = bob.page(claim)
        desk.press(desk.page(claim), "accept", note="Mine.")
        after = bob.press(page, "accept")
        assert after.status == 200
        assert status(desk, claim) is Status.ACCEPTED
        assert "Mine." in bob.page(claim).words()

    def test_a_blind_verdict_is_on_what_was_proposed(
        self, desk: Desk, bob: Desk, claim: str
    ) -> None:
        amend(desk, claim, n="58")
        bob.press(bob.page(claim), "accept")
        assert bob.ledger(claim)[-1].snapshot["n"] == 60
        assert status(desk, claim) is Status.DISPUTED

    def test_another_reading_of_the_text_is_no_dispute(
        self, desk: Desk, bob: Desk, claim: str
    ) -> None:
        """Confidence, rule and offsets are no matter of opinion."""
        desk.press(desk.page(claim), "accept")
        own = desk.ledger(claim)[0].snapshot
        seen = {**own, "confidence": 0.3, "rule": "another"}
        desk.decide(claim, Action.ACCEPT, snapshot=seen)
        assert status(desk, claim) is Status.ACCEPTED

    def test_the_same_curator_twice_is_not_two(self, desk: Desk, claim: str) -> None:
        desk.press(desk.page(claim), "accept")
        desk.press(desk.page(claim), "accept")
        assert status(desk, claim) is Status.AWAITING_SECOND
        assert desk.whole()

    def test_back_to_one_curator(self, desk: Desk, claim: str) -> None:
        desk.press(desk.page(claim), "accept")
        with desk.database.write() as session:
            mode = ReviewMode.SINGLE
            set_review_mode(desk.database, session, mode, actor="root", at=NOON)
        assert status(desk, claim) is Status.ACCEPTED
        assert desk.whole()


class TestPuttingOff:
    """What one puts off is put off for them alone, and nobody else can tell."""

    def queue(self, desk: Desk, name: str = "paper") -> str:
        return desk.browser.get(f"/queue?queue={name}").path

    def test_the_other_is_asked_all_the_same_and_sees_nothing(
        self, desk: Desk, bob: Desk, claim: str
    ) -> None:
        pages = ("/", "/decisions", f"/claims/{claim}", "/papers/101")
        before = [bob.browser.get(path).words() for path in pages]
        desk.press(desk.page(claim), "defer", note="I need the paper.")
        assert [bob.browser.get(path).words() for path in pages] == before
        assert claim in self.queue(bob)
        assert claim not in self.queue(bob, "deferred")
        assert claim not in self.queue(desk)
        assert claim in self.queue(desk, "deferred")
        assert "1 claim that you left for later" in desk.browser.get("/").words()
        assert "put off, not decided" in desk.page(claim).words()
        assert status(desk, claim) is Status.PROPOSED
        assert desk.whole()

    def test_the_first_word_of_the_other_does_not_show_in_it(
        self, desk: Desk, bob: Desk, claim: str
    ) -> None:
        """Putting off works the same whether or not somebody has decided."""
        desk.press(desk.page(claim), "accept")
        for _ in range(2):
            after = bob.press(bob.page(claim), "defer")
            assert after.status == 200
            assert "this claim is decided" not in after.words()
        assert claim not in self.queue(bob)
        assert claim in self.queue(bob, "deferred")
        bob.press(bob.page(claim, "deferred"), "accept")
        assert status(desk, claim) is Status.ACCEPTED
        assert claim not in self.queue(bob, "deferred")
        assert desk.whole()

    def test_taken_back_it_is_asked_again(self, desk: Desk, claim: str) -> None:
        after = desk.press(desk.page(claim), "defer")
        desk.step(after, "undo")
        assert claim in self.queue(desk)
        assert claim not in self.queue(desk, "deferred")

    def test_it_is_not_accepted_with_the_rest_of_its_paper(
        self, desk: Desk, claim: str
    ) -> None:
        desk.press(desk.page(claim), "defer")
        other = desk.claim(domain="vigilance").id
        form = desk.browser.get("/papers/101/accept").forms()[0]
        desk.browser.post(form.action, form.values)
        assert status(desk, claim) is Status.PROPOSED
        assert status(desk, other) is Status.AWAITING_SECOND

    def test_with_one_curator_again_it_is_put_off_for_all(
        self, desk: Desk, bob: Desk, claim: str
    ) -> None:
        desk.press(desk.page(claim), "defer")
        with desk.database.write() as session:
            mode = ReviewMode.SINGLE
            set_review_mode(desk.database, session, mode, actor="root", at=NOON)
        assert status(desk, claim) is Status.DEFERRED
        assert claim in self.queue(bob, "deferred")
        assert desk.whole()

    def test_it_is_in_nobody_elses_sheet_either(
        self, desk: Desk, claim: str, tmp_path: Path
    ) -> None:
        desk.press(desk.page(claim), "defer")
        listed = [
            export_queue(
                review_as(desk.database, name, desk.clock), tmp_path / "q.csv", {}
            )
            for name in ("alice", "bob")
        ]
        assert listed == [1, 2]

    def test_verify_finds_one_that_nobody_decided(self, desk: Desk, claim: str) -> None:
        spoil(desk.database, f"INSERT INTO deferral VALUES ('bob', '{claim}')")
        with desk.database.read() as session:
            [told] = verify(desk.database, session)
        assert "that bob put it off" in told


@pytest.fixture
def disputed(desk: Desk, bob: Desk, claim: str) -> str:
    """Return a claim that both accept, each with other fields."""
    amend(desk, claim, direction="worsens", n="58", note="Alice: it got worse.")
    amend(bob, claim, direction="mixed", timepoint="week 8", note="Bob: of both.")
    return claim


@pytest.mark.usefixtures("disputed")
class TestDispute:
    def test_it_is_listed_field_by_field(self, bob: Desk) -> None:
        page = bob.browser.get("/disputes")
        rows = [
            tuple(cell.text_content() for cell in row)
            for row in page.tree.xpath("//tbody/tr")
        ]
        assert rows == [
            ("verdict", "amended and accepted", "amended and accepted"),
            ("timepoint", "–", "week 8"),
            ("direction", "worsens", "mixed"),
            ("participants", "58", "60"),
            ("note", "Alice: it got worse.", "Bob: of both."),
        ]

    def test_curators_cannot_settle_it(self, bob: Desk, claim: str) -> None:
        values = {"csrf": bob.access.csrf, "settle": "first"}
        values |= {"seen": bob.ledger(claim)[-1].id}
        refused = bob.browser.submit(f"/claims/{claim}/adjudicate", values)
        assert refused.status == 403
        assert status(bob, claim) is Status.DISPUTED
        third = Desk(bob.database, bob.run, "dora", bob.seconds)
        again = third.press(third.page(claim), "accept")
        assert "an adjudicator settles it" in again.words()

    def test_both_notes_are_in_view_of_the_third(self, carol: Desk, claim: str) -> None:
        page = carol.browser.get("/queue")
        assert page.path.startswith(f"/claims/{claim}")
        panel = page.tree.find_class("panel")[0].text_content()
        for shown in ("alice: amended", "it got worse.", "bob: amended", "of both."):
            assert shown in panel

    @pytest.mark.parametrize(
        ("settle", "direction", "n", "timepoint"),
        [
            ("first", Direction.WORSENS, 58, None),
            ("second", Direction.MIXED, 60, "week 8"),
        ],
    )
    def test_as_one_of_them_decided(
        self,
        carol: Desk,
        claim: str,
        settle: str,
        direction: Direction,
        n: int,
        timepoint: str | None,
    ) -> None:
        form = carol.page(claim).form("decision")
        carol.browser.post(form.action, form.values | {"settle": settle})
        found = carol.claims()[claim]
        assert found.status is Status.ADJUDICATED
        assert found.draft.direction is direction
        assert (found.draft.n, found.draft.timepoint) == (n, timepoint)
        assert carol.ledger(claim)[-1].role is CuratorRole.ADJUDICATOR
        assert carol.whole()

    def test_field_by_field(self, carol: Desk, claim: str) -> None:
        form = carol.page(claim).form("decision")
        picked = {"settle": "fields", "pick_direction": "second", "pick_n": "first"}
        picked |= {"pick_timepoint": "second", "note": "Both are half right."}
        carol.browser.post(form.action, form.values | picked)
        found = carol.claims()[claim].draft
        assert (found.direction, found.n, found.timepoint) == (
            Direction.MIXED,
            58,
            "week 8",
        )
        assert "Both are half right." in carol.page(claim).words()

    def test_rejected_with_a_reason(self, carol: Desk, claim: str) -> None:
        form = carol.page(claim).form("decision")
        again = carol.browser.post(form.action, form.values | {"settle": "reject"})
        assert "needs a reason" in again.words()
        rejected = {"settle": "reject", "reason": "background"}
        carol.browser.post(form.action, form.values | rejected)
        assert status(carol, claim) is Status.REJECTED

    def test_with_other_values(self, carol: Desk, claim: str) -> None:
        amend(carol, claim, direction="not_stated")
        found = carol.claims()[claim]
        assert found.status is Status.ADJUDICATED
        assert found.draft.direction is Direction.NOT_STATED

    def test_a_ruling_can_be_taken_back(self, carol: Desk, claim: str) -> None:
        form = carol.page(claim).form("decision")
        after = carol.browser.post(form.action, form.values | {"settle": "first"})
        carol.step(after, "undo")
        assert status(carol, claim) is Status.DISPUTED

    def test_two_adjudicators_at_once(self, carol: Desk, claim: str) -> None:
        form = carol.page(claim).form("decision")
        carol.browser.post(form.action, form.values | {"settle": "first"})
        late = carol.browser.post(form.action, form.values | {"settle": "second"})
        assert late.status == 409
        assert carol.claims()[claim].draft.direction is Direction.WORSENS

    def test_an_empty_database_learns_it_from_the_ledger(
        self, carol: Desk, claim: str, elsewhere: Database
    ) -> None:
        form = carol.page(claim).form("decision")
        carol.browser.post(form.action, form.values | {"settle": "second"})
        with carol.database.read() as session:
            lines = list(export(session))
        with elsewhere.write() as session:
            save_records(elsewhere, session, [record()], run=1, at=NOON)
        with elsewhere.write() as session:
            set_review_mode(elsewhere, session, ReviewMode.DUAL, actor="r", at=NOON)
            import_lines(elsewhere, session, lines, source="own", run=1, at=NOON)
        with elsewhere.read() as session:
            again = library(elsewhere, session).claims[claim]
            assert list(verify(elsewhere, session)) == []
        assert again.draft == carol.claims()[claim].draft
        assert again.status is Status.ADJUDICATED


def test_one_accepts_and_the_other_rejects(
    desk: Desk, bob: Desk, carol: Desk, claim: str
) -> None:
    desk.press(desk.page(claim), "accept")
    bob.press(bob.page(claim), "reject", reason="wrong_domain", note=BOTH)
    page = carol.page(claim)
    assert BOTH in page.words()
    form = page.form("decision")
    carol.browser.post(form.action, form.values | {"settle": "second"})
    assert status(carol, claim) is Status.REJECTED
    assert carol.ledger(claim)[-1].reason is Reason.WRONG_DOMAIN


def test_who_settles_takes_no_side(desk: Desk, carol: Desk, claim: str) -> None:
    page = carol.page(claim)
    assert page.tree.xpath("//button[@value='accept'][@disabled]")
    refused = carol.press(page, "accept")
    assert "no word of its own" in refused.words()
    assert desk.ledger(claim) == []


def test_agreement_counts_blind_words_only(desk: Desk, bob: Desk, claim: str) -> None:
    other = desk.claim(domain="vigilance").id
    desk.press(desk.page(claim), "accept")
    amend(bob, claim, direction="worsens")
    desk.press(desk.page(other), "accept")
    bob.press(bob.page(other), "reject", reason="background")
    # In sight of alice's word bob comes round; that is no agreement.
    bob.press(bob.page(other), "accept")
    rows = {
        row[0].text_content(): [cell.text_content() for cell in row[1:]]
        for row in bob.browser.get("/agreement").tree.xpath("//tbody/tr")
    }
    assert rows["verdict"][:3] == ["2", "1", "50 % (9 to 91)"]
    assert rows["direction"][:2] == ["1", "0"]
    assert rows["domain"][:2] == ["1", "1"]


def test_what_was_decided_in_full_view_is_no_agreement(
    desk: Desk, bob: Desk, claim: str
) -> None:
    """A verdict from before two were asked was seen by whoever came second."""
    other = desk.claim(domain="vigilance").id
    desk.decide(claim, Action.ACCEPT, curator="alice", minute=-1)
    bob.press(bob.page(claim), "accept")
    assert "No claim has two blind words yet" in bob.browser.get("/agreement").words()
    desk.press(desk.page(other), "accept")
    bob.press(bob.page(other), "accept")
    assert "100 %" in bob.browser.get("/agreement").words()


def test_a_missed_claim_waits_for_another_in_dual_review_too(
    desk: Desk, bob: Desk
) -> None:
    quote = "Alertness did not differ between the arms."
    form = desk.browser.get("/papers/101/add").form("amendment")
    fields = {"quote": quote, "treatment": "propranolol", "domain": "vigilance"}
    fields |= {"role": "subgroup", "direction": "mixed", "population": "rm_label"}
    desk.browser.post(form.action, form.values | fields)
    claim = desk.claim(role="subgroup").id
    page = bob.browser.get("/queue?queue=due")
    assert page.path.startswith(f"/claims/{claim}")
    assert "alice added it by hand" in page.words()
    bob.press(page, "accept")
    assert status(desk, claim) is Status.ACCEPTED
    # Bob knew what alice says: that is no agreement of two who are blind.
    assert "No claim has two blind words yet" in bob.browser.get("/agreement").words()
    assert desk.whole()
