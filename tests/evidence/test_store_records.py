"""Records as they are stored: each once, the newest text, no digest over PubMed's."""

from datetime import date

import pytest
from sqlmodel import col, select

from evidence.database import Database
from evidence.decisions import Action, Status
from evidence.library import Gone
from evidence.models import RecordRow, TextRow
from evidence.queries.claims import decisions_of
from evidence.queries.library import library
from evidence.queries.records import unread
from evidence.records import Correction, Section, TextSource
from evidence.store.claims import save_drafts
from evidence.store.gone import Lost, mark_gone
from evidence.store.records import save_records
from evidence.types import Role
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
