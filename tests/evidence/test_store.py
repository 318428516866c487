"""What is written: each thing once, decisions for ever, summaries always right."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlmodel import col, select

from evidence.database import Database
from evidence.decisions import Action, Reason, Status
from evidence.errors import ConflictError, DecisionError, NotFoundError, QuoteError
from evidence.library import Gone
from evidence.models import AuditRow, ClaimRow, RecordRow, TextRow
from evidence.queries.claims import decisions_of
from evidence.queries.library import library
from evidence.queries.records import unread
from evidence.records import Correction, Section, TextSource
from evidence.store.decisions import append_decisions
from evidence.store.gone import Lost, mark_gone
from evidence.store.inserting import insert_claim, save_drafts
from evidence.store.records import save_records
from evidence.types import Direction, Role
from tests.invented import NOON, QUOTE, decision, draft, record
from tests.stored import LATER, claims, decide, problems, propose, save, stored_claim

pytestmark = pytest.mark.both


def come_back(database: Database, run: int) -> None:
    """Let PubMed itself answer with the record again."""
    with database.write() as session:
        save_records(database, session, [record()], run=run, at=LATER, current=True)


class TestRecords:
    def test_the_same_record_twice_is_stored_once(
        self, database: Database, run: int
    ) -> None:
        assert save(database, run, record()).new == 1
        again = save(database, run, record())
        assert (again.new, again.changed, again.unchanged) == (0, 0, 1)

    def test_two_files_that_differ_do_not_swap_for_ever(
        self, database: Database, run: int
    ) -> None:
        poorer = record(journal=None)
        for version in (poorer, record()):
            save(database, run, version)
        again = save(database, run, poorer)
        assert (again.changed, again.superseded) == (0, 1)
        with database.read() as session:
            kept = session.get_one(RecordRow, 101)
        assert "J Tests" in kept.document

    def test_an_older_file_takes_no_retraction_back(
        self, database: Database, run: int
    ) -> None:
        retracted = record(
            revised=date(2026, 1, 1), corrections=(Correction("RetractionIn", 9),)
        )
        save(database, run, retracted)
        older = save(database, run, record(revised=date(2020, 1, 1)))
        assert (older.changed, older.superseded) == (0, 1)
        assert save(database, run, record(version=1)).changed == 1
        assert save(database, run, record(version=2, journal="J")).changed == 1
        assert save(database, run, record(version=1, journal="K")).superseded == 1

    def test_what_pubmed_says_now_is_never_too_old(
        self, database: Database, run: int
    ) -> None:
        """A retraction may be taken back, and no date of revision need say so."""
        retracted = record(corrections=(Correction("RetractionIn", 9),))
        save(database, run, record())
        save(database, run, retracted)
        with database.write() as session:
            again = save_records(
                database, session, [record()], run=run, at=NOON, current=True
            )
        assert again.changed == 1
        with database.read() as session:
            assert session.get_one(RecordRow, 101).retraction == "none"

    def test_a_record_that_comes_back_is_no_longer_gone(
        self, database: Database, run: int
    ) -> None:
        save(database, run, record())
        with database.write() as session:
            mark_gone(database, session, [101], at=NOON)
        save(database, run, record())
        with database.read() as session:
            assert session.get_one(RecordRow, 101).gone_at == NOON, "a file may be old"
        with database.write() as session:
            save_records(database, session, [record()], run=run, at=NOON, current=True)
        with database.read() as session:
            assert session.get_one(RecordRow, 101).gone_at is None

    def test_a_changed_text_is_read_again(self, database: Database, run: int) -> None:
        stored_claim(database, run)
        with database.read() as session:
            assert unread(session, "1+test", 10) == []
        save(database, run, record(sections=(Section("Rewritten."),)))
        with database.read() as session:
            assert [r.pmid for r in unread(session, "1+test", 10)] == [101]

    def test_a_text_that_changed_while_it_was_read_is_left_to_be_read(
        self, database: Database, run: int
    ) -> None:
        save(database, run, record())
        save(database, run, record(sections=(Section("Rewritten meanwhile."),)))
        with database.write() as session:
            save_drafts(
                database, session, [(record(), [draft()])], extractor="1+test", run=run
            )
        assert claims(database) == {}
        with database.read() as session:
            assert len(unread(session, "1+test", 10)) == 1

    def test_every_text_version_is_kept(self, database: Database, run: int) -> None:
        save(database, run, record())
        save(database, run, record(sections=(Section("Rewritten."),)))
        with database.read() as session:
            texts = session.exec(
                select(TextRow.text).where(col(TextRow.field) == "abstract")
            ).all()
        assert len(texts) == 2

    def test_a_deleted_record_is_marked_and_nothing_is_deleted(
        self, database: Database, run: int
    ) -> None:
        claim = stored_claim(database, run)
        decide(database, decision(claim))
        with database.write() as session:
            lost = mark_gone(database, session, [101, 999], at=LATER)
            assert lost == (Lost(101, None, claims=1),)
            assert mark_gone(database, session, [101], at=LATER) == ()
        assert claims(database)[claim].status is Status.NEEDS_REREVIEW
        with database.read() as session:
            kept = decisions_of(session, claim)
        assert [d.action for d in kept] == [Action.ACCEPT]
        assert problems(database) == []

    def test_confidence_does_not_come_back_with_the_record(
        self, database: Database, run: int
    ) -> None:
        claim = stored_claim(database, run)
        decide(database, decision(claim))
        with database.write() as session:
            mark_gone(database, session, [101], at=LATER)
        come_back(database, run)
        assert claims(database)[claim].status is Status.NEEDS_REREVIEW
        decide(database, decision(claim, minute=8 * 24 * 60))
        assert claims(database)[claim].status is Status.ACCEPTED
        assert problems(database) == []

    def test_a_merge_is_kept_until_the_record_comes_back(
        self, database: Database, run: int
    ) -> None:
        stored_claim(database, run)
        with database.write() as session:
            mark_gone(database, session, [101], at=NOON)
            # Learned later: it is no second loss.
            again = mark_gone(database, session, [101], at=LATER, merged={101: 700})
        assert again == ()
        fate = Gone(seen=NOON, merged_into=700)
        with database.read() as session:
            assert library(database, session).gone == {101: fate}
        come_back(database, run)
        with database.read() as session:
            assert library(database, session).gone == {}
        assert problems(database) == []


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


class TestDigests:
    def test_pubmeds_text_replaces_a_digest_and_tombstones_its_claims(
        self, database: Database, run: int
    ) -> None:
        told = (Section(f"In short: {QUOTE}"),)
        digest = record(text_source=TextSource.DIGEST, sections=told)
        save(database, run, digest)
        propose(database, run, 101, [draft(digest)])
        claim = next(iter(claims(database)))
        decide(database, decision(claim))
        save(database, run, record(), at=LATER)
        assert claims(database)[claim].status is Status.WITHDRAWN

    def test_a_digest_never_replaces_pubmeds_text(
        self, database: Database, run: int
    ) -> None:
        save(database, run, record())
        digest = record(text_source=TextSource.DIGEST, title="In other words")
        assert save(database, run, digest).superseded == 1
        with database.read() as session:
            assert session.get_one(RecordRow, 101).text_source == "pubmed"


def test_a_digest_counts_nowhere_but_in_a_demonstration(
    database: Database, run: int
) -> None:
    digest = record(text_source=TextSource.DIGEST)
    save(database, run, digest)
    propose(database, run, 101, [draft(digest)])
    decide(database, decision(next(iter(claims(database)))))
    with database.read() as session:
        made = library(database, session)
    assert made.cell("propranolol", "photophobia", Role.OUTCOME).findings == ()


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
