"""`verify` finds what was tampered with, each corruption by name."""

import sqlite3

import pytest

from evidence.database import Database
from evidence.decisions import Action
from tests.invented import decision
from tests.raw import spoil
from tests.stored import decide, problems, stored_claim

UNPROTECT = "DROP TRIGGER {table}_no_update; DROP TRIGGER {table}_no_delete;"


@pytest.fixture
def decided(database: Database, run: int) -> str:
    claim = stored_claim(database, run)
    decide(database, decision(claim))
    decide(database, decision(claim, Action.AMEND, minute=1, changes={"n": 61}))
    return claim


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("UPDATE text SET text = replace(text, 'more', 'less')", "match its hash"),
        ("UPDATE text SET text = text || ' '", "match its hash"),
        ("UPDATE record SET document = replace(document, '2020', '2021')", "record of"),
        ("UPDATE claim SET start_offset = start_offset + 1", "start_offset is not"),
        ("UPDATE claim SET end_offset = end_offset - 1", "end_offset is not"),
        ("UPDATE claim SET status = 'rejected'", "decisions make it accepted"),
        ("UPDATE claim SET draft = proposal", "decisions make it"),
        ("UPDATE claim SET treatment = 'topiramate'", "column treatment"),
        ("UPDATE claim SET direction = 'worsens'", "column direction"),
        ("UPDATE claim SET confidence = 0.1", "column confidence"),
        ("UPDATE claim SET curators = '[]'", "column curators"),
        ("UPDATE claim SET fingerprint = 'x'", "column fingerprint"),
        ("UPDATE claim SET draft = '{'", "cannot be read"),
        ("UPDATE claim SET proposal = 'null'", "cannot be read"),
        ("UPDATE record SET study = 'NCT1'", "its study is not"),
        ("UPDATE record SET retraction = 'retracted'", "its retraction is not"),
        ("UPDATE record SET year = 1066", "its year is not"),
        ("DELETE FROM text WHERE field = 'title'", "present title is not kept"),
        ("DELETE FROM meta", "does not say of which protocol"),
        ("DELETE FROM run", "points to a run that is not stored"),
        ("DROP TRIGGER decision_no_update", "not append-only"),
        (
            UNPROTECT.format(table="decision")
            + "UPDATE decision SET curator = 'mallory', action = 'reject', "
            "reason = 'out_of_scope'",
            "does not match its content",
        ),
        (
            UNPROTECT.format(table="decision") + "UPDATE decision SET document = '{'",
            "cannot be read",
        ),
        (
            UNPROTECT.format(table="audit")
            + UNPROTECT.format(table="decision")
            + "DELETE FROM audit WHERE sequence = 2; "
            "DELETE FROM decision WHERE sequence = 2",
            "does not end with the line that was written last",
        ),
        (
            UNPROTECT.format(table="audit") + "UPDATE audit SET detail = '{'",
            "audit chain breaks",
        ),
        (
            "INSERT INTO doubt SELECT pmid, 1, '2026-01-01T00:00:00+00:00', "
            "'digest_replaced', field, text_sha256, NULL FROM claim",
            "decisions make it withdrawn",
        ),
        (
            "INSERT INTO doubt (pmid, number, at, kind) "
            "VALUES (101, 1, '2030-01-01T00:00:00+00:00', 'gone')",
            "needs_rereview",
        ),
        ("DELETE FROM cell", "the summary holds 0 cells"),
        ("UPDATE cell SET body = replace(body, '61', '62')", "differs from a recount"),
        ("UPDATE cell SET treatment = 'x' || treatment", "differs from a recount"),
        ("DELETE FROM claim", "which is not stored"),
        (
            UNPROTECT.format(table="decision")
            + "UPDATE decision SET document = replace(document, '61', '62')",
            "does not match its content",
        ),
        (
            UNPROTECT.format(table="decision")
            + "DELETE FROM decision WHERE sequence = 1",
            "was audited and is gone",
        ),
        (
            UNPROTECT.format(table="audit") + "UPDATE audit SET actor = 'mallory'",
            "audit chain breaks",
        ),
        (
            UNPROTECT.format(table="audit") + "DELETE FROM audit WHERE sequence = 1",
            "audit chain breaks",
        ),
        (
            UNPROTECT.format(table="audit") + "DELETE FROM audit WHERE sequence = 2",
            "has no audit line",
        ),
    ],
)
def test_a_corruption_is_found(
    database: Database, decided: str, statement: str, told: str
) -> None:
    raw = sqlite3.connect(str(database.engine.url.database))
    raw.executescript(statement)
    raw.close()
    assert any(told in problem for problem in problems(database))


OPEN = "ALTER TABLE {table} DISABLE TRIGGER {table}_no_rewriting"


@pytest.mark.both
class TestOnBoth:
    """The chain and the counts stand on what is stored, not on where."""

    @pytest.fixture
    def unprotected(self, database: Database, decided: str) -> Database:
        """A database whose triggers somebody with every right switched off."""
        for table in ("decision", "audit"):
            if database.is_shared:
                spoil(database, OPEN.format(table=table))
            else:
                spoil(database, *UNPROTECT.format(table=table).split(";")[:2])
        return database

    @pytest.mark.parametrize(
        ("statement", "told"),
        [
            ("UPDATE audit SET actor = 'mallory'", "audit chain breaks"),
            ("DELETE FROM audit WHERE sequence = 1", "audit chain breaks"),
            (
                "DELETE FROM audit WHERE sequence = 2",
                "does not end with the line that was written last",
            ),
            ("DELETE FROM decision WHERE sequence = 2", "was audited and is gone"),
            ("UPDATE decision SET curator = 'mallory'", "does not match its content"),
            ("DELETE FROM cell", "the summary holds 0 cells"),
            ("UPDATE claim SET status = 'rejected'", "decisions make it accepted"),
        ],
    )
    def test_a_corruption_is_found(
        self, unprotected: Database, statement: str, told: str
    ) -> None:
        spoil(unprotected, statement)
        assert any(told in problem for problem in problems(unprotected))

    def test_protection_that_is_gone_is_told(self, unprotected: Database) -> None:
        assert [p for p in problems(unprotected) if "not append-only" in p]

    def test_nothing_is_told_of_a_sound_one(
        self, database: Database, decided: str
    ) -> None:
        assert problems(database) == []
