"""A database moved between SQLite and PostgreSQL, there and back: nothing is lost."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from evidence import ledger
from evidence.copying import copy_database
from evidence.database import Database, create_database
from evidence.decisions import Action, Reason
from evidence.errors import DatabaseError
from evidence.library import RunKind
from evidence.protocol import Protocol
from evidence.schema import METADATA
from evidence.store import runs
from tests.command_line import Curation, article, pubmed_file
from tests.invented import NOON, decision, record
from tests.postgresql import Server
from tests.raw import rows, spoil
from tests.stored import LATER, claims, decide, problems, save, stored_claim


@pytest.fixture
def elsewhere(
    postgresql: Server, migrated: tuple[str, str], migraine: Protocol
) -> Iterator[Database]:
    """An empty database on PostgreSQL."""
    name, statements = migrated
    postgresql.lay(name, statements)
    made = create_database(postgresql.url(name), migraine)
    yield made
    made.close()


@pytest.fixture
def decided(database: Database, run: int) -> Database:
    """A database in which something of every kind has happened."""
    claim = stored_claim(database, run)
    decide(database, decision(claim, snapshot=claims(database)[claim].draft.as_dict()))
    decide(database, decision(claim, Action.AMEND, minute=1, changes={"n": 61}))
    rejected = decision(
        claim, Action.REJECT, minute=2, curator="bøb", reason=Reason.OUT_OF_SCOPE
    )
    decide(database, rejected)
    save(database, run, record(title="Löwe 🦁"), at=LATER)
    return database


def everything(database: Database) -> dict[str, list[object]]:
    return {
        table.name: sorted(map(repr, rows(database, f'SELECT * FROM "{table.name}"')))
        for table in METADATA.sorted_tables
    }


def test_there_and_back(
    decided: Database, elsewhere: Database, tmp_path: Path, migraine: Protocol
) -> None:
    counts = copy_database(decided, elsewhere)
    assert counts["decision"] == 3
    assert problems(elsewhere) == []
    assert claims(elsewhere) == claims(decided)
    home = create_database(f"sqlite:///{tmp_path / 'home.sqlite'}", migraine)
    copy_database(elsewhere, home)
    assert everything(home) == everything(decided)
    home.close()


def test_decisions_go_on_after_it(decided: Database, elsewhere: Database) -> None:
    """Numbers are given out after the highest that was copied."""
    copy_database(decided, elsewhere)
    claim = next(iter(claims(elsewhere)))
    decide(elsewhere, decision(claim, minute=9))
    assert problems(elsewhere) == []
    numbers = rows(elsewhere, "SELECT sequence FROM decision ORDER BY sequence")
    assert numbers == [(1,), (2,), (3,), (4,)]


def test_a_ledger_makes_the_same_statuses_on_the_other(
    decided: Database, elsewhere: Database
) -> None:
    with elsewhere.write() as session:
        run = runs.begin(session, RunKind.LOAD, NOON, {})
    save(elsewhere, run, record())
    with decided.read() as session, elsewhere.write() as into:
        lines = list(ledger.export(session))
        ledger.import_lines(elsewhere, into, lines, source="ledger", run=run, at=LATER)
    assert {c.id: c.status for c in claims(elsewhere).values()} == {
        c.id: c.status for c in claims(decided).values()
    }


def test_what_holds_something_is_left_alone(
    decided: Database, elsewhere: Database
) -> None:
    copy_database(decided, elsewhere)
    before = everything(elsewhere)
    with pytest.raises(DatabaseError, match="nothing was copied"):
        copy_database(decided, elsewhere)
    assert everything(elsewhere) == before


def test_a_database_that_breaks_a_promise_is_not_spread(
    decided: Database, elsewhere: Database
) -> None:
    spoil(decided, "UPDATE claim SET status = 'deferred'")
    with pytest.raises(DatabaseError, match="breaks"):
        copy_database(decided, elsewhere)
    assert rows(elsewhere, "SELECT count(*) FROM record") == [(0,)]


def test_the_command(curation: Curation, tmp_path: Path) -> None:
    curation("init")
    curation("load", pubmed_file(tmp_path / "pubmed.xml", article(101)))
    ended = curation("copy", tmp_path / "evidence.sqlite", tmp_path / "other.sqlite")
    assert ended.code == 0, ended.err
    assert "rows of" in ended.out
    again = curation("copy", tmp_path / "evidence.sqlite", tmp_path / "other.sqlite")
    assert again.code == 1
    assert "already" in again.err
    absent = curation("copy", tmp_path / "none.sqlite", tmp_path / "another.sqlite")
    assert "there is no database" in absent.err
    assert not (tmp_path / "another.sqlite").exists()
