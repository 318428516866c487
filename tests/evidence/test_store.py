"""Claims and decisions as they are stored: what is said once, and what stands."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import select

from evidence.database import Database
from evidence.decisions import Action, Reason, Status
from evidence.errors import ConflictError, DecisionError, NotFoundError, QuoteError
from evidence.models import AuditRow, ClaimRow
from evidence.queries.library import library
from evidence.records import Correction, Section
from evidence.store.decisions import append_decisions
from evidence.store.inserting import insert_claim
from evidence.types import Direction, Role
from tests.invented import NOON, QUOTE, decision, draft, record
from tests.stored import LATER, claims, decide, problems, propose, save, stored_claim

pytestmark = pytest.mark.both


class TestDrafts:
    def test_a_second_reading_writes_nothing(
        self, database: Database, run: int
    ) -> None:
        stored_claim(database, run)
        again = propose(database, run, 101, [draft()])
        assert (again.new, again.updated, again.unchanged) == (0, 0, 1)

    def test_a_better_reading_keeps_the_id(self, database: Database, run: int) -> None:
        claim = stored_claim(database, run)
        better = draft(comparator="topiramate", direction=Direction.WORSENS)
        assert propose(database, run, 101, [better], "2+test").updated == 1
        assert claims(database)[claim].draft == better

    def test_a_moved_quote_keeps_the_id(self, database: Database, run: int) -> None:
        claim = stored_claim(database, run)
        shorter = draft(quote=QUOTE[:-18])
        assert propose(database, run, 101, [shorter]).updated == 1
        assert list(claims(database)) == [claim]

    def test_what_is_no_longer_proposed_becomes_a_tombstone(
        self, database: Database, run: int
    ) -> None:
        claim = stored_claim(database, run)
        assert propose(database, run, 101, []).withdrawn == 1
        assert claims(database)[claim].status is Status.WITHDRAWN
        assert propose(database, run, 101, [draft()]).updated == 1
        assert claims(database)[claim].status is Status.PROPOSED

    def test_two_outcomes_of_one_sentence_keep_their_claims(
        self, database: Database, run: int
    ) -> None:
        save(database, run, record())
        light, aura = draft(outcome="light"), draft(outcome="aura")
        propose(database, run, 101, [light, aura])
        before = {c.draft.outcome: c.id for c in claims(database).values()}
        moved = [
            draft(quote=QUOTE[:-1], outcome="aura"),
            draft(quote=QUOTE[:-1], outcome="light"),
        ]
        assert propose(database, run, 101, moved).updated == 2
        after = {c.draft.outcome: c.id for c in claims(database).values()}
        assert after == before

    def test_a_new_reading_is_paired_with_what_nobody_decided_on(
        self, database: Database, run: int
    ) -> None:
        save(database, run, record())
        propose(database, run, 101, [draft(outcome="light"), draft(outcome="aura")])
        decided = next(
            c.id for c in claims(database).values() if c.draft.outcome == "light"
        )
        decide(database, decision(decided))
        renamed = propose(database, run, 101, [draft(outcome="glare")])
        assert (renamed.updated, renamed.withdrawn, renamed.kept) == (1, 0, 1)

    def test_quotes_that_barely_touch_are_two_findings(
        self, database: Database, run: int
    ) -> None:
        save(database, run, record())
        propose(database, run, 101, [draft(quote=QUOTE[:30])])
        assert propose(database, run, 101, [draft(quote=QUOTE[28:])]).new == 1

    def test_the_extractor_never_touches_what_a_curator_added(
        self, database: Database, run: int
    ) -> None:
        save(database, run, record())
        added = draft(extractor="curator:alice", rule="curator")
        with database.write() as session:
            claim = insert_claim(database, session, added, run=run)
        decide(database, decision(claim))
        assert propose(database, run, 101, [draft()]).unchanged == 1
        assert propose(database, run, 101, []).withdrawn == 0
        assert claims(database)[claim].status is Status.AWAITING_SECOND
        assert claims(database)[claim].draft == added

    def test_a_person_may_accept_what_the_extractor_gave_up(
        self, database: Database, run: int
    ) -> None:
        claim = stored_claim(database, run)
        propose(database, run, 101, [])
        decide(database, decision(claim))
        assert claims(database)[claim].status is Status.ACCEPTED
        assert problems(database) == []

    def test_the_extractor_never_touches_what_was_decided(
        self, database: Database, run: int
    ) -> None:
        claim = stored_claim(database, run)
        decide(database, decision(claim, snapshot=draft().as_dict()))
        before = claims(database)[claim]
        propose(database, run, 101, [draft(direction=Direction.WORSENS, n=1)])
        assert claims(database)[claim] == before
        assert propose(database, run, 101, []).kept == 1
        assert claims(database)[claim] == before


class TestDecisions:
    def test_a_decision_is_stored_once(self, database: Database, run: int) -> None:
        claim = stored_claim(database, run)
        assert decide(database, decision(claim)) == 1
        assert decide(database, decision(claim)) == 0
        assert claims(database)[claim].status is Status.ACCEPTED

    def test_an_unknown_claim(self, database: Database) -> None:
        with pytest.raises(NotFoundError, match="cnever"):
            decide(database, decision("cnever"))

    def test_somebody_decided_meanwhile(self, database: Database, run: int) -> None:
        claim = stored_claim(database, run)
        decide(database, decision(claim), expected="")
        late = decision(claim, Action.REJECT, reason=Reason.WRONG_ROLE, curator="bob")
        with pytest.raises(ConflictError, match="alice decided meanwhile"):
            decide(database, late, expected="")
        assert claims(database)[claim].status is Status.ACCEPTED

    @pytest.mark.parametrize(
        ("changes", "error"),
        [
            ({"quote": QUOTE.replace("more", "less")}, QuoteError),
            ({"start": 0, "end": len(QUOTE)}, QuoteError),
            ({"treatment": "aspirin"}, DecisionError),
            ({"domain": "weather"}, DecisionError),
            ({"comparator": "chocolate"}, DecisionError),
            ({"population": "martians"}, DecisionError),
            ({"role": "overall"}, DecisionError),
            ({"domain": "headache-days"}, DecisionError),
        ],
    )
    def test_what_cannot_be_quoted_or_named_cannot_be_accepted(
        self,
        database: Database,
        run: int,
        changes: dict[str, Any],
        error: type[Exception],
    ) -> None:
        claim = stored_claim(database, run)
        amended = decision(claim, Action.AMEND, changes=changes)
        with pytest.raises(error):
            decide(database, amended)
        assert claims(database)[claim].status is Status.PROPOSED

    def test_a_decision_without_what_was_seen(
        self, database: Database, run: int
    ) -> None:
        claim = stored_claim(database, run)
        with (
            pytest.raises(DecisionError, match="snapshot"),
            database.write() as session,
        ):
            append_decisions(database, session, [decision(claim)], at=NOON)

    def test_a_claim_stays_with_its_record(self, database: Database, run: int) -> None:
        claim = stored_claim(database, run)
        save(database, run, record(102))
        other = draft(record(102)).as_dict()
        with pytest.raises(QuoteError, match="cannot become one of 102"):
            decide(database, decision(claim, snapshot=other))

    def test_an_undo_of_another_claims_decision(
        self, database: Database, run: int
    ) -> None:
        claim = stored_claim(database, run)
        propose(database, run, 101, [draft(), draft(outcome="aura")])
        other = next(c for c in claims(database) if c != claim)
        taken = decision(claim, snapshot=draft().as_dict())
        decide(database, taken)
        with pytest.raises(DecisionError, match="on it to undo"):
            decide(database, decision(other, Action.UNDO, undoes=taken.id))

    def test_somebody_undid_what_was_seen(self, database: Database, run: int) -> None:
        claim = stored_claim(database, run)
        with pytest.raises(ConflictError):
            decide(database, decision(claim), expected="f" * 32)

    def test_the_time_of_deciding_counts_not_of_storing(
        self, database: Database, run: int
    ) -> None:
        claim = stored_claim(database, run)
        decide(database, decision(claim, minute=10))
        earlier = decision(
            claim, Action.REJECT, minute=5, curator="bob", reason=Reason.WRONG_ROLE
        )
        decide(database, earlier)
        assert claims(database)[claim].status is Status.ACCEPTED

    def test_an_undo_of_nothing(self, database: Database, run: int) -> None:
        claim = stored_claim(database, run)
        with pytest.raises(DecisionError, match="there is no decision"):
            decide(database, decision(claim, Action.UNDO, undoes="f" * 32))


class TestConfidenceTakenAway:
    @pytest.fixture
    def accepted(self, database: Database, run: int) -> str:
        claim = stored_claim(database, run)
        decide(database, decision(claim, snapshot=draft().as_dict()))
        return claim

    def cell(self, database: Database) -> Any:
        with database.read() as session:
            found = library(database, session)
        return found.cell("propranolol", "photophobia", Role.OUTCOME)

    def test_a_retraction_takes_a_claim_out_of_its_cell(
        self, database: Database, run: int, accepted: str
    ) -> None:
        assert self.cell(database).tally().studies == 1
        retracted = record(corrections=(Correction("RetractionIn", 202),))
        assert save(database, run, retracted, at=LATER).retracted == 1
        assert claims(database)[accepted].status is Status.NEEDS_REREVIEW
        assert self.cell(database).tally().studies == 0
        assert self.cell(database).retracted == 1
        assert problems(database) == []

    def test_an_expression_of_concern_asks_for_another_look_once(
        self, database: Database, run: int, accepted: str
    ) -> None:
        concern = record(corrections=(Correction("ExpressionOfConcernIn", 202),))
        save(database, run, concern, at=LATER)
        assert claims(database)[accepted].status is Status.NEEDS_REREVIEW
        decide(database, decision(accepted, minute=8 * 24 * 60))
        later = replace(concern, journal="J Tests, renamed")
        save(database, run, later, at=LATER + timedelta(days=7))
        assert claims(database)[accepted].status is Status.ACCEPTED
        assert self.cell(database).tally().studies == 1

    def test_a_quote_that_left_the_text_asks_for_another_look(
        self, database: Database, run: int, accepted: str
    ) -> None:
        save(database, run, record(sections=(Section("All changed."),)), at=LATER)
        assert claims(database)[accepted].status is Status.NEEDS_REREVIEW
        assert problems(database) == []

    def test_a_text_that_still_holds_the_quote_changes_nothing(
        self, database: Database, run: int, accepted: str
    ) -> None:
        longer = (*record().sections, Section("Funded by nobody."))
        save(database, run, record(sections=longer), at=LATER)
        assert claims(database)[accepted].status is Status.ACCEPTED
        propose(database, run, 101, [draft(record(sections=longer))])
        assert claims(database)[accepted].draft == draft()
        assert problems(database) == []

    def test_the_audit_trail_says_why(
        self, database: Database, run: int, accepted: str
    ) -> None:
        save(database, run, record(sections=(Section("All changed."),)), at=LATER)
        with database.read() as session:
            events = session.exec(select(AuditRow.event)).all()
        assert list(events) == ["decision_accept", "quote_left_text"]


def test_the_columns_of_a_claim_are_what_was_decided(
    database: Database, run: int
) -> None:
    claim = stored_claim(database, run)
    decide(database, decision(claim, Action.AMEND, changes={"domain": "vigilance"}))
    with database.read() as session:
        row = session.get_one(ClaimRow, claim)
        cells = {key[1] for key in library(database, session).cells}
    assert row.domain == "vigilance"
    assert cells == {"vigilance"}
