"""Scorecard, kept queues, pace, presence: what stands around the decisions."""

from datetime import timedelta

import pytest

from curation.review.presence import STAYS, Presence
from evidence.decisions import Action, Reason
from tests.command_line import Curation
from tests.curation.review.conftest import Desk
from tests.invented import NOON, draft, record

pytestmark = pytest.mark.both


def rows(desk: Desk, path: str) -> list[list[str]]:
    return [
        [cell.text_content() for cell in row]
        for row in desk.browser.get(path).tree.xpath("//tbody/tr")
    ]


class TestScorecard:
    def test_a_slice_is_marked_apart_from_all(self, desk: Desk, claim: str) -> None:
        of = record(300)
        desk.store(of, [draft(of, rule="other-rule")])
        values = {"csrf": desk.access.csrf, "seed": "s", "size": "3"}
        desk.browser.post("/slices", values)
        late = record(301)
        desk.store(late, [draft(late)])
        desk.decide(desk.claim(pmid=301).id, Action.ACCEPT)
        desk.decide(claim, Action.AMEND, changes={"n": 58})
        wrong = Reason.WRONG_DIRECTION
        desk.decide(desk.claim(pmid=300).id, Action.REJECT, reason=wrong)
        found = {row[0]: row[1:5] for row in rows(desk, "/scorecard")[:3]}
        assert found == {
            "all rules": ["2", "0", "1", "1"],
            "greater-change": ["1", "0", "1", "0"],
            "other-rule": ["1", "0", "0", "1"],
        }
        parts = {row[0]: row[2:4] for row in rows(desk, "/scorecard")[3:14]}
        assert parts["figures"] == ["1", "1"]
        assert parts["direction"] == ["2", "1"]
        every = {row[0]: row[1:5] for row in rows(desk, "/scorecard")[14:17]}
        assert every["greater-change"] == ["2", "1", "1", "0"]

    def test_a_rejection_names_its_rule(self, desk: Desk, claim: str) -> None:
        desk.decide(claim, Action.REJECT, reason=Reason.BACKGROUND)
        words = desk.browser.get("/decisions?text=greater-change").words()
        assert "Proposed by rule greater-change" in words


def test_a_queue_keeps_its_name(desk: Desk) -> None:
    page = desk.browser.get("/queue?queue=thin&domain=photophobia")
    (form,) = (f for f in page.forms() if f.action == "/queues")
    desk.browser.post(form.action, form.values | {"name": "Light & <pain>"})
    again = desk.browser.get("/")
    (link,) = again.tree.xpath("//*[@id='saved']//a")
    assert link.text_content() == "Light & <pain>"
    assert link.get("href") == "/queue?queue=thin&domain=photophobia"
    bob = Desk(desk.database, desk.run, "bob", desk.seconds)
    assert not bob.browser.get("/").tree.xpath("//*[@id='saved']")
    (drop,) = (f for f in again.forms() if f.action == "/queues")
    desk.browser.post(drop.action, drop.values | {"action": "drop"})
    assert not desk.browser.get("/").tree.xpath("//*[@id='saved']")


def test_pace_is_the_median_of_todays_gaps(desk: Desk) -> None:
    for minute, pmid in enumerate((300, 301, 302)):
        of = record(pmid)
        desk.store(of, [draft(of)])
        claim = desk.claim(pmid=pmid).id
        desk.decide(claim, Action.ACCEPT, curator="alice", minute=minute)
    assert "3 decided by you today (UTC), 60 seconds each" in (
        desk.browser.get("/").words()
    )


class TestPresence:
    def test_who_looks_at_the_same_claim_is_shown(self, desk: Desk, claim: str) -> None:
        desk.app.state.review.presence.enter("bob", claim)
        assert "also here: bob" in desk.page(claim).words()
        other = desk.claim(domain="vigilance").id
        assert "also here" not in desk.page(other).words()

    def test_it_passes(self) -> None:
        now = NOON
        present = Presence(lambda: now)
        present.enter("bob", "c1")
        assert present.enter("alice", "c1") == ("bob",)
        assert present.enter("bob", "c2") == ()
        assert present.enter("alice", "c1") == ()
        present.enter("bob", "c1")
        now = NOON + STAYS + timedelta(seconds=1)
        assert present.enter("alice", "c1") == ()


def test_the_verbs_tell_the_same(curation: Curation) -> None:
    curation("init")
    assert curation("review-mode").out == "single\n"
    assert curation("review-mode", "dual").out == "dual\n"
    assert curation("review-mode").out == "dual\n"
    assert "no claim has two blind decisions" in curation("agreement").out
    assert curation("agreement", "--json").out.strip() == "[]"
    assert "no claim of a random slice" in curation("scorecard").out
    assert '"judged": 0' in curation("scorecard", "--all", "--json").out
