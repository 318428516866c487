"""A paper's page: missed claims added, the rest accepted at once, read to its end."""

import pytest

from evidence.database import Database
from evidence.decisions import Action, Reason, Status
from evidence.ledger import export, import_lines
from evidence.queries import desk as desks
from evidence.queries.library import library
from evidence.records import Section
from evidence.store.records import save_records
from evidence.verification import verify
from tests.curation.review.browser import Answer
from tests.curation.review.conftest import Desk
from tests.invented import ABSTRACT, NOON, draft, record

MISSED = "Sixty adults with refractory migraine took propranolol or placebo."
FIELDS = {
    "treatment": "Propranolol",
    "comparator": "placebo",
    "domain": "vigilance",
    "role": "outcome",
    "direction": "worsens",
    "population": "rm_label",
    "outcome": "alertness",
    "n": "60",
    "design": "randomised",
}


def add(desk: Desk, pmid: int = 101, **typed: str) -> Answer:
    form = desk.browser.get(f"/papers/{pmid}/add").form("amendment")
    return desk.browser.post(form.action, form.values | FIELDS | typed)


class TestAMissedClaim:
    def test_it_is_pasted_and_waits_for_a_second(self, desk: Desk) -> None:
        page = add(desk, quote=f"  {MISSED}\r\n", note="The first sentence.")
        found = desk.claim(quote=MISSED)
        assert found.status is Status.AWAITING_SECOND
        assert found.draft.added_by == "alice"
        assert (found.draft.start, found.draft.section) == (0, "METHODS")
        assert (found.draft.treatment, found.draft.n) == ("propranolol", 60)
        words = page.words()
        assert "as long as you review alone, it counts nowhere" in words
        assert "The first sentence." in words
        assert desk.whole()

    def test_a_selection_is_taken_where_it_stands(self, desk: Desk) -> None:
        """With JavaScript the offsets come along; they decide between two places."""
        start = ABSTRACT[1].index("placebo") + len(ABSTRACT[0]) + 1
        ends = {"start": str(start), "end": str(start + len("placebo"))}
        add(desk, quote="placebo", **ends)
        assert desk.claim(quote="placebo").draft.start == start

    def test_words_that_stand_twice_are_asked_for(self, desk: Desk) -> None:
        again = add(desk, quote="placebo")
        assert again.status == 422
        assert "stand 2 times in the abstract" in again.words()
        places = again.tree.xpath("//input[@name='occurrence']/@value")
        assert len(places) == 2
        form = again.form("amendment")
        desk.browser.post(form.action, form.values | {"occurrence": places[1]})
        assert desk.claim(quote="placebo").draft.start == int(places[1])

    def test_the_title_can_be_quoted(self, desk: Desk) -> None:
        add(desk, quote="light that hurts", field="title")
        found = desk.claim(quote="light that hurts").draft
        assert (found.field, found.section) == ("title", None)

    @pytest.mark.parametrize(
        ("typed", "told"),
        [
            (
                {"quote": "Propranolol was liked."},
                "do not stand in the stored abstract",
            ),
            ({"quote": ""}, "select or paste the words"),
            ({"quote": MISSED.upper()}, "letter for letter"),
            ({"treatment": "aspirin"}, "the protocol has no treatment"),
            ({"treatment": ""}, "a claim needs a treatment"),
            ({"population": ""}, "a claim needs a population"),
            ({"direction": ""}, "choose one"),
            ({"role": "overall"}, "do not go together"),
            ({"n": "many"}, "in digits"),
            ({"field": "body"}, "the title or the abstract"),
        ],
    )
    def test_what_is_wrong_is_named_and_kept(
        self, desk: Desk, typed: dict[str, str], told: str
    ) -> None:
        again = add(desk, **{"quote": MISSED, **typed})
        assert again.status == 422
        assert told in again.words().lower()
        kept = again.form("amendment").values
        assert kept["outcome"] == "alertness"
        for name in typed.keys() & {"treatment", "n", "quote"}:
            assert kept[name] == typed[name]
        assert len(desk.claims()) == 2

    def test_nobody_accepts_what_they_added(self, desk: Desk) -> None:
        page = add(desk, quote=MISSED)
        claim = desk.claim(quote=MISSED).id
        assert page.tree.xpath("//button[@value='accept'][@disabled]")
        assert "somebody else has to accept it" in desk.press(page, "accept").words()
        assert claim not in desk.browser.get("/queue?queue=due").path
        assert "a curator alone can only wait" in desk.browser.get("/").words().lower()
        assert "Accept these 2" in desk.browser.get("/papers/101/accept").words()
        form = desk.browser.get(f"/claims/{claim}/amend").form("amendment")
        desk.browser.post(form.action, form.values | {"n": "59"})
        assert desk.claims()[claim].status is Status.AWAITING_SECOND

    def test_another_accepts_it(self, desk: Desk) -> None:
        add(desk, quote=MISSED)
        claim = desk.claim(quote=MISSED).id
        bob = Desk(desk.database, desk.run, "bob", desk.seconds)
        page = bob.browser.get("/queue?queue=due")
        assert page.path.startswith(f"/claims/{claim}")
        assert "alice added it by hand" in page.words()
        bob.press(page, "accept")
        assert desk.claims()[claim].status is Status.ACCEPTED

    def test_adding_it_can_be_undone(self, desk: Desk) -> None:
        back = desk.step(add(desk, quote=MISSED), "undo")
        claim = desk.claim(quote=MISSED).id
        assert desk.claims()[claim].status is Status.WITHDRAWN
        assert "alice added it, and took that back." in back.words()
        assert (
            MISSED
            not in desk.browser.get("/papers/101")
            .words()
            .partition("2 claims of this paper")[2]
        )
        desk.step(back, "redo")
        assert desk.claims()[claim].status is Status.AWAITING_SECOND
        assert desk.whole()

    def test_it_can_be_rejected_by_its_author(self, desk: Desk) -> None:
        page = add(desk, quote=MISSED)
        desk.press(page, "reject", reason="out_of_scope")
        assert desk.claim(quote=MISSED).status is Status.REJECTED

    def test_reading_the_paper_again_leaves_it(self, desk: Desk) -> None:
        add(desk, quote=MISSED)
        desk.store(record(), [draft()])
        assert desk.claim(quote=MISSED).status is Status.AWAITING_SECOND
        assert desk.whole()


class TestAcceptingTheRest:
    def test_one_press_after_a_question_and_one_undo(self, desk: Desk) -> None:
        asked = desk.browser.get("/papers/101/accept")
        assert {c.status for c in desk.claims().values()} == {Status.PROPOSED}
        (form,) = (f for f in asked.forms() if f.action.endswith("accept"))
        desk.browser.post(form.action, form.values)
        assert {c.status for c in desk.claims().values()} == {Status.ACCEPTED}
        page = desk.browser.get("/")
        assert "accepted all that was left of PMID 101" in page.words()
        back = desk.step(page, "undo")
        assert {c.status for c in desk.claims().values()} == {Status.PROPOSED}
        desk.step(back, "redo")
        assert {c.status for c in desk.claims().values()} == {Status.ACCEPTED}
        desk.step(desk.browser.get("/"), "undo")
        assert {c.status for c in desk.claims().values()} == {Status.PROPOSED}
        assert desk.whole()

    def test_an_undo_wipes_nothing_that_was_decided_since(
        self, desk: Desk, claim: str
    ) -> None:
        (form,) = (
            f
            for f in desk.browser.get("/papers/101/accept").forms()
            if f.action.endswith("accept")
        )
        desk.browser.post(form.action, form.values)
        page = desk.page(desk.claim(domain="vigilance").id)
        desk.decide(claim, Action.REJECT, minute=9, reason=Reason.BACKGROUND)
        desk.step(page, "undo")
        statuses = {c.draft.domain: c.status for c in desk.claims().values()}
        assert statuses == {
            "photophobia": Status.REJECTED,
            "vigilance": Status.PROPOSED,
        }

    def test_what_was_taken_back_singly_is_not_taken_back_again(
        self, desk: Desk, claim: str
    ) -> None:
        (form,) = (
            f
            for f in desk.browser.get("/papers/101/accept").forms()
            if f.action.endswith("accept")
        )
        desk.browser.post(form.action, form.values)
        (own,) = desk.ledger(claim)
        desk.decide(claim, Action.UNDO, curator="alice", minute=9, undoes=own.id)
        desk.step(desk.page(desk.claim(domain="vigilance").id), "undo")
        assert [d.action for d in desk.ledger(claim)] == [Action.ACCEPT, Action.UNDO]
        assert {c.status for c in desk.claims().values()} == {Status.PROPOSED}

    def test_what_changed_meanwhile_is_shown_again(
        self, desk: Desk, claim: str
    ) -> None:
        (form,) = (
            f
            for f in desk.browser.get("/papers/101/accept").forms()
            if f.action.endswith("accept")
        )
        desk.decide(claim, Action.REJECT, reason=Reason.BACKGROUND)
        again = desk.browser.post(form.action, form.values)
        assert again.status == 409
        assert "Accept this one" in again.words()
        assert desk.claim(domain="vigilance").status is Status.PROPOSED

    def test_flagged_and_put_off_claims_are_left(self, desk: Desk, claim: str) -> None:
        desk.decide(claim, Action.FLAG, note="Hm.")
        desk.decide(desk.claim(domain="vigilance").id, Action.DEFER)
        assert "Nothing of it waits" in desk.browser.get("/papers/101/accept").words()


class TestReadToItsEnd:
    def test_it_is_marked_and_taken_back(self, desk: Desk, claim: str) -> None:
        page = desk.browser.get("/papers/101")
        (form,) = (f for f in page.forms() if f.action.endswith("read"))
        marked = desk.browser.post(form.action, form.values | {"action": "accept"})
        assert "alice, 1 Mar 2026" in marked.words()
        assert "Read to its end by alice." in desk.page(claim).words()
        assert "1 paper read to the end" in desk.browser.get("/").words()
        desk.browser.post(form.action, form.values | {"action": "accept"})
        desk.browser.post(form.action, form.values | {"action": "undo"})
        assert "Nobody has marked it." in desk.browser.get("/papers/101").words()
        with desk.database.read() as session:
            assert len(list(export(session))) == 2
        assert desk.whole()

    def test_another_text_is_another_paper(self, desk: Desk) -> None:
        values = {"csrf": desk.access.csrf, "action": "accept"}
        desk.browser.post("/papers/101/read", values)
        changed = record(sections=(Section(ABSTRACT[0]),))
        with desk.database.write() as session:
            save_records(desk.database, session, [changed], run=desk.run, at=NOON)
        assert "the text has changed since" in desk.browser.get("/papers/101").words()

    def test_an_unknown_paper(self, desk: Desk) -> None:
        assert desk.browser.get("/papers/999").status == 404
        values = {"csrf": desk.access.csrf, "action": "accept"}
        assert desk.browser.submit("/papers/999/read", values).status == 404


def test_the_ledger_brings_all_of_it_to_an_empty_database(
    desk: Desk, elsewhere: Database
) -> None:
    values = {"csrf": desk.access.csrf}
    desk.browser.post("/slices", values | {"seed": "spring", "size": "2"})
    add(desk, quote=MISSED)
    desk.browser.post("/papers/101/read", values | {"action": "accept"})
    page = desk.browser.get("/queue?queue=slice&seed=spring")
    desk.press(page, "accept")
    with desk.database.read() as session:
        lines = list(export(session))
    with elsewhere.write() as session:
        save_records(elsewhere, session, [record()], run=1, at=NOON)
    with elsewhere.write() as session:
        import_lines(elsewhere, session, lines, source="own", run=1, at=NOON)
    with elsewhere.read() as session:
        found = library(elsewhere, session).claims.values()
        assert {c.draft.quote: c.status for c in found}[MISSED] is (
            Status.AWAITING_SECOND
        )
        assert [(s.seed, s.size) for s in desks.slices(session)] == [("spring", 1)]
        assert desks.papers_read(session) == 1
        assert list(verify(elsewhere, session)) == []
