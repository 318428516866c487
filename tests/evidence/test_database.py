"""The database: made by migrations, of one protocol, append-only where it must be."""

import sqlite3
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from evidence.database import (
    Database,
    connect,
    create_database,
    migrations,
    open_database,
)
from evidence.errors import DatabaseError
from evidence.protocol import Protocol
from evidence.store.records import save_records
from tests.evidence.test_store import decide, stored_claim
from tests.invented import NOON, decision, record


def path_of(database: Database) -> str:
    return str(database.engine.url.database)


class TestMigrations:
    def test_the_models_are_what_the_migrations_make(self, database: Database) -> None:
        with database.engine.begin() as connection:
            command.check(migrations(connection))

    def test_down_and_up_again(self, database: Database) -> None:
        with database.engine.begin() as connection:
            command.downgrade(migrations(connection), "base")
            left = connection.execute(
                text("SELECT name FROM sqlite_master WHERE type IN ('table','trigger')")
            ).scalars()
            assert set(left) <= {"alembic_version", "sqlite_sequence"}
            command.upgrade(migrations(connection), "head")
            command.check(migrations(connection))

    def test_making_it_twice_loses_nothing(
        self, database: Database, run: int, migraine: Protocol
    ) -> None:
        with database.write() as session:
            save_records(database, session, [record()], run=run, at=NOON)
        again = create_database(str(database.engine.url), migraine)
        with again.read() as session:
            count = session.execute(text("SELECT count(*) FROM record")).scalar()
        again.close()
        assert count == 1


class TestRefusals:
    def test_no_database_names_the_remedy(
        self, tmp_path: Path, migraine: Protocol
    ) -> None:
        with pytest.raises(DatabaseError, match="curation init"):
            open_database(f"sqlite:///{tmp_path / 'none.sqlite'}", migraine)
        assert not (tmp_path / "none.sqlite").exists()

    def test_a_file_that_is_no_database(
        self, tmp_path: Path, migraine: Protocol
    ) -> None:
        (tmp_path / "letter.sqlite").write_text("Dear Sir or Madam, " * 200)
        with pytest.raises(DatabaseError, match="cannot be used"):
            open_database(f"sqlite:///{tmp_path / 'letter.sqlite'}", migraine)

    @pytest.mark.parametrize("url", ["evidence.sqlite", "oracle9://x/y", "sqlite:/x"])
    def test_an_address_that_is_none(self, url: str, migraine: Protocol) -> None:
        with pytest.raises(DatabaseError):
            open_database(url, migraine)

    def test_a_newer_version_is_refused(
        self, database: Database, migraine: Protocol
    ) -> None:
        with database.engine.begin() as connection:
            connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        for opening in (open_database, create_database):
            with pytest.raises(DatabaseError, match="newer version"):
                opening(str(database.engine.url), migraine)

    def test_another_protocol_is_refused(
        self, database: Database, trd: Protocol
    ) -> None:
        for opening in (open_database, create_database):
            with pytest.raises(DatabaseError, match="belongs to protocol 'migraine'"):
                opening(str(database.engine.url), trd)

    def test_a_password_is_never_shown(self, migraine: Protocol) -> None:
        engine = connect("sqlite:///x.sqlite")
        shown = Database(engine, migraine)
        shown.engine.url = engine.url.set(password="canary")  # type: ignore[misc]
        assert "canary" not in shown.address


class TestAppendOnly:
    """Not even a program that knows nothing of us can rewrite what was decided."""

    @pytest.fixture
    def raw(self, database: Database, run: int) -> sqlite3.Connection:
        claim = stored_claim(database, run)
        decide(database, decision(claim))
        # A foreign program: none of our pragmas.
        return sqlite3.connect(path_of(database))

    @pytest.mark.parametrize("table", ["decision", "audit"])
    @pytest.mark.parametrize(
        "statement",
        [
            "UPDATE {table} SET sequence = 99",
            "DELETE FROM {table}",
            "INSERT OR REPLACE INTO {table} SELECT * FROM {table}",
            "REPLACE INTO {table} SELECT * FROM {table}",
        ],
    )
    def test_it_is_refused(
        self, raw: sqlite3.Connection, table: str, statement: str
    ) -> None:
        before = raw.execute(f"SELECT * FROM {table}").fetchall()
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            raw.execute(statement.format(table=table))
        raw.rollback()
        assert raw.execute(f"SELECT * FROM {table}").fetchall() == before
        raw.close()


class TestConstraints:
    @pytest.mark.parametrize(
        ("statement", "name"),
        [
            ("UPDATE claim SET status = 'liked'", "status_known"),
            ("UPDATE claim SET confidence = 2", "confidence_range"),
            ("UPDATE claim SET end_offset = start_offset", "quote_not_empty"),
            ("UPDATE claim SET text_sha256 = 'x'", "FOREIGN KEY"),
            ("UPDATE record SET retraction = 'perhaps'", "retraction_known"),
            ("DELETE FROM record", "FOREIGN KEY"),
        ],
    )
    def test_a_row_that_cannot_be_true_is_refused(
        self, database: Database, run: int, statement: str, name: str
    ) -> None:
        stored_claim(database, run)
        with (
            pytest.raises(IntegrityError, match=name),
            database.engine.begin() as connection,
        ):
            connection.execute(text(statement))


def test_two_writers_wait_for_each_other(database: Database, run: int) -> None:
    """A read that turns into a write is not refused: writes begin immediately."""
    other = create_database(str(database.engine.url), database.protocol)
    with other.read() as reading:
        other.meta(reading, "protocol")
        with database.write() as session:
            save_records(database, session, [record()], run=run, at=NOON)
    with other.write() as session:
        saved: Any = save_records(other, session, [record(102)], run=run, at=NOON)
    other.close()
    assert saved.new == 1
