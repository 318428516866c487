"""The database: made by migrations, of one protocol, append-only where it must be."""

import shutil
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import inspect, text
from sqlalchemy.exc import IntegrityError

from evidence.database import (
    Database,
    create_database,
    migrations,
    open_database,
)
from evidence.engines import connect
from evidence.errors import DatabaseError
from evidence.protocol import Protocol, load
from evidence.queries.library import library
from evidence.store.cells import keep_current
from evidence.store.records import save_records
from evidence.types import Role
from evidence.verification import verify
from tests.invented import NOON, decision, record
from tests.places import MIGRAINE
from tests.stored import decide, stored_claim


def verified(database: Database) -> Iterator[str]:
    with database.read() as session:
        yield from verify(database, session)


def path_of(database: Database) -> str:
    return str(database.engine.url.database)


@pytest.mark.both
class TestMigrations:
    def test_the_models_are_what_the_migrations_make(self, database: Database) -> None:
        with database.engine.begin() as connection:
            command.check(migrations(connection))

    def test_down_and_up_again(self, database: Database) -> None:
        with database.engine.begin() as connection:
            command.downgrade(migrations(connection), "base")
            assert inspect(connection).get_table_names() == ["alembic_version"]
            command.upgrade(migrations(connection), "head")
            command.check(migrations(connection))

    def test_making_it_twice_loses_nothing(
        self, database: Database, url: str, run: int, migraine: Protocol
    ) -> None:
        with database.write() as session:
            save_records(database, session, [record()], run=run, at=NOON)
        again = create_database(url, migraine)
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

    @pytest.mark.parametrize(
        "url",
        [
            *("evidence.sqlite", "oracle9://x/y", "sqlite:/x", "sqlite://"),
            *("sqlite:///:memory:", "sqlite:///x.sqlite?timeout=abc", "sqlite://a@b:c"),
        ],
    )
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

    def test_another_programs_database_is_left_alone(
        self, tmp_path: Path, migraine: Protocol
    ) -> None:
        path = tmp_path / "recipes.sqlite"
        recipes = sqlite3.connect(path)
        recipes.execute("CREATE TABLE recipe (cake TEXT)")
        recipes.close()
        with pytest.raises(DatabaseError, match="another program's database"):
            create_database(f"sqlite:///{path}", migraine)

    def test_a_database_that_forgot_its_protocol_opens_under_none(
        self, database: Database, migraine: Protocol
    ) -> None:
        with database.engine.begin() as connection:
            connection.execute(text("DELETE FROM meta"))
        with pytest.raises(DatabaseError, match="does not say of which protocol"):
            open_database(str(database.engine.url), migraine)

    def test_a_password_is_never_shown(self, migraine: Protocol) -> None:
        engine = connect("sqlite:///x.sqlite")
        shown = Database(engine, migraine)
        shown.engine.url = engine.url.set(password="canary")
        assert "canary" not in shown.address


class TestAppendOnly:
    """Not even a program that knows nothing of us can rewrite what was decided."""

    @pytest.fixture
    def raw(self, database: Database, run: int) -> Iterator[sqlite3.Connection]:
        claim = stored_claim(database, run)
        decide(database, decision(claim))
        # A foreign program: none of our pragmas.
        connection = sqlite3.connect(path_of(database))
        yield connection
        connection.close()

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


@pytest.mark.both
class TestConstraints:
    @pytest.mark.parametrize(
        ("statement", "name"),
        [
            ("UPDATE claim SET status = 'liked'", "status_known"),
            ("UPDATE claim SET confidence = 2", "confidence_range"),
            ("UPDATE claim SET end_offset = start_offset", "quote_not_empty"),
            ("UPDATE claim SET text_sha256 = 'x'", "(?i)foreign key"),
            ("UPDATE record SET retraction = 'perhaps'", "retraction_known"),
            ("DELETE FROM record", "(?i)foreign key"),
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


@pytest.mark.both
def test_two_that_read_and_then_write_wait_for_each_other(
    database: Database, run: int
) -> None:
    """Writers take turns: a reader that turns into a writer is never refused.

    With SQLite's plain BEGIN both would read the same moment, and the second to write
    would be told that the database is locked, whatever the time-out.
    """
    first_has_read, both_done = threading.Event(), threading.Barrier(3)
    failed: list[Exception] = []

    def write(pmid: int) -> None:
        try:
            with database.write() as session:
                database.meta(session, "protocol")
                first_has_read.set()
                first_has_read.wait(5)
                save_records(database, session, [record(pmid)], run=run, at=NOON)
        except Exception as error:
            failed.append(error)
        both_done.wait(10)

    threads = [threading.Thread(target=write, args=(pmid,)) for pmid in (102, 103)]
    for thread in threads:
        thread.start()
    both_done.wait(10)
    for thread in threads:
        thread.join()
    assert failed == []
    with database.read() as session:
        count = session.execute(text("SELECT count(*) FROM record")).scalar()
    assert count == 2


def test_what_was_confirmed_survives_a_power_cut(database: Database) -> None:
    with database.engine.connect() as connection:
        settings = {
            name: connection.execute(text(f"PRAGMA {name}")).scalar()
            for name in (
                "synchronous",
                "journal_mode",
                "foreign_keys",
                "recursive_triggers",
            )
        }
    assert settings == {
        "synchronous": 2,
        "journal_mode": "wal",
        "foreign_keys": 1,
        "recursive_triggers": 1,
    }


class TestTheSummaryFollowsTheProtocol:
    """Cells rest on classes, ladder and comparators: other tables, other cells."""

    def test_it_is_counted_afresh_when_the_protocol_changes(
        self, database: Database, run: int, tmp_path: Path
    ) -> None:
        claim = stored_claim(database, run)
        decide(database, decision(claim))
        assert keep_current(database) is False
        folder = Path(shutil.copytree(MIGRAINE, tmp_path / "protocol"))
        ladder = folder / "populations.toml"
        ladder.write_text(ladder.read_text().replace("target = true", "target = false"))
        later = open_database(str(database.engine.url), load(folder))
        assert list(verified(later))
        assert keep_current(later) is True
        assert keep_current(later) is False
        assert list(verified(later)) == []
        with later.read() as session:
            cell = library(later, session).cell(
                "propranolol", "photophobia", Role.OUTCOME
            )
        later.close()
        assert cell.tally().target == 0
