"""Twenty corruptions, planted past all that protects a database: each found, by name.

Each stands for a way in which a database really goes wrong: a bad disk, a program
that knows nothing of ours, somebody with every right.
"""

import hashlib
import shutil
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from evidence.database import Database, create_database, open_database, sqlite_url
from evidence.decisions import Action
from evidence.library import RunKind, RunOutcome
from evidence.protocol import Protocol
from evidence.records import Correction
from evidence.store import runs
from tests.invented import NOON, decision, draft, record
from tests.postgresql import Server
from tests.stored import decide, problems, propose, save, stored_claim

FREE = "".join(
    f"DROP TRIGGER {table}_{name};"
    for table in ("decision", "audit")
    for name in ("no_update", "no_delete", "no_replace")
)
UNGUARDED = (
    "SET session_replication_role = replica;"
    "CREATE FUNCTION sha256(text) RETURNS text LANGUAGE sql AS "
    "$$ SELECT encode(sha256(convert_to($1, 'UTF8')), 'hex') $$;"
    "ALTER TABLE decision DISABLE TRIGGER decision_no_rewriting;"
    "ALTER TABLE audit DISABLE TRIGGER audit_no_rewriting;"
)
"""Somebody with every right: PostgreSQL checks no link and calls no trigger."""
GUARDED = (
    "ALTER TABLE decision ENABLE ALWAYS TRIGGER decision_no_rewriting;"
    "ALTER TABLE audit ENABLE ALWAYS TRIGGER audit_no_rewriting;"
)
UNCHECKED = "PRAGMA ignore_check_constraints = ON;"
SEARCHED = (
    "INSERT INTO search VALUES (1, 'preventives', 'q', 't', true, '2026-01-01', 9, 9, "
    "'[]', '[]', true, '2026-03-01T12:00:00.000000+00:00');"
)


def _page(path: Path, root: str) -> int:
    """Return where the first page of a table or index begins, in bytes."""
    raw = sqlite3.connect(path)
    (size,) = raw.execute("PRAGMA page_size").fetchone()
    (number,) = raw.execute(
        "SELECT rootpage FROM sqlite_master WHERE name = ?", [root]
    ).fetchone()
    raw.close()
    return int((number - 1) * size)


def _flip(path: Path, at: int, length: int, bits: int) -> None:
    whole = bytearray(path.read_bytes())
    for position in range(at, at + length):
        whole[position] ^= bits
    path.write_bytes(whole)


class sql:
    """Plant by statements of a program that knows nothing of us."""

    def __init__(self, *statements: str, everywhere: bool = True) -> None:
        self.statements = "".join(statements)
        self.everywhere = everywhere
        """Whether PostgreSQL lets it be done at all."""

    def __call__(self, path: Path) -> None:
        raw = sqlite3.connect(path)
        raw.create_function(
            "sha256", 1, lambda text: hashlib.sha256(text.encode()).hexdigest()
        )
        raw.executescript(self.statements)
        raw.close()

    def in_postgresql(self) -> str:
        """Return the statements as they pass all that guards PostgreSQL."""
        return f"{UNGUARDED}{self.statements.replace(FREE, '')}{GUARDED}"


def bad_page(root: str) -> Callable[[Path], None]:
    """Plant by turning over the bytes of a page's head, as a bad disk does."""
    return lambda path: _flip(path, _page(path, root), 8, 0xFF)


def bad_letter(path: Path) -> None:
    """Plant by turning over one bit of a claim, where it lies in the file."""
    _flip(path, path.read_bytes().rindex(b"light sensitivity"), 1, 0x01)


@dataclass(frozen=True)
class Planted:
    """A corruption, and the line that must tell of it."""

    name: str
    plant: Callable[[Path], None]
    told: str


TRIGGER = (
    "DROP TRIGGER decision_no_update; CREATE TRIGGER decision_no_update BEFORE UPDATE "
    "ON decision BEGIN SELECT 1; END;"
)
SWAP = "UPDATE decision SET sequence = {} WHERE sequence = {};"
CORRUPTIONS = (
    Planted(
        "a page of a table", bad_page("claim"), "the file is damaged in table claim: "
    ),
    Planted(
        "a page of an index", bad_page("ix_claim_cell"), "damaged in table claim: "
    ),
    Planted("a byte inside a claim", bad_letter, ": its column draft is not what was "),
    Planted(
        "a letter of a text",
        sql("UPDATE text SET text = replace(text, 'more', 'less') WHERE pmid = 101;"),
        "text of PMID 101 (abstract) does not match its hash",
    ),
    Planted(
        "a text, and its hash with it",
        sql(
            "UPDATE text SET text = 'Else.', sha256 = sha256('Else.') "
            "WHERE pmid = 102 AND field = 'abstract';"
        ),
        "record of PMID 102: its present abstract is not kept",
    ),
    Planted(
        "a record, and its hash with it",
        sql("UPDATE record SET document = '{}', content_sha256 = sha256('{}');"),
        "record of PMID 101 cannot be read, although it matches its hash",
    ),
    Planted(
        "one record in the place of another",
        sql(
            "UPDATE record SET (document, content_sha256) = (SELECT document, "
            "content_sha256 FROM record WHERE pmid = 102) WHERE pmid = 101;"
        ),
        "record of PMID 101 is one of PMID 102",
    ),
    Planted(
        "a version that was seen and is forgotten",
        sql("DELETE FROM record_version WHERE pmid = 101;"),
        "record of PMID 101: its present version is not among those that were seen",
    ),
    Planted(
        "a retraction taken back",
        sql("UPDATE record SET retraction = 'none' WHERE pmid = 103;"),
        "record of PMID 103: its retraction is not what PubMed says",
    ),
    Planted(
        "a quote that stands elsewhere",
        sql(
            "UPDATE claim SET draft = replace(draft, 'lowered', 'lighter'), "
            "proposal = replace(proposal, 'lowered', 'lighter');"
        ),
        "its quote does not stand in the text of 101",
    ),
    Planted(
        "a status that nobody decided",
        sql("UPDATE claim SET status = 'rejected';"),
        "is rejected, its decisions make it accepted",
    ),
    Planted(
        "a value that no claim may have",
        sql(UNCHECKED, "UPDATE claim SET species = 'martian';", everywhere=False),
        "the file is damaged: CHECK constraint failed in claim",
    ),
    Planted(
        "a claim taken away under its decisions",
        sql("DELETE FROM slice_claim; DELETE FROM claim;"),
        "which is not stored",
    ),
    Planted(
        "a decision rewritten",
        sql(FREE, "UPDATE decision SET document = replace(document, '61', '62');"),
        "does not match its content (id)",
    ),
    Planted(
        "a decision and its audit line taken away",
        sql(
            FREE,
            "DELETE FROM decision WHERE sequence = 2;"
            "DELETE FROM audit WHERE sequence = 2;",
        ),
        "the audit chain does not end with the line that was written last",
    ),
    Planted(
        "two decisions that changed places",
        sql(FREE, SWAP.format(9, 1), SWAP.format(1, 2), SWAP.format(2, 9)),
        "stands where the audit trail has",
    ),
    Planted(
        "an audit line rewritten",
        sql(FREE, "UPDATE audit SET actor = 'mallory' WHERE sequence = 2;"),
        "the audit chain breaks at line 2",
    ),
    Planted(
        "a guard that guards nothing",
        sql(TRIGGER, everywhere=False),
        "decision is not append-only: trigger decision_no_update does something else",
    ),
    Planted(
        "a summary that says more",
        sql("UPDATE cell SET unreviewed = unreviewed + 1;"),
        "cell propranolol x photophobia (outcome) differs from a recount",
    ),
    Planted(
        "how many claims wait",
        sql("UPDATE claim_count SET claims = claims + 1;"),
        "photophobia, outcome, propranolol, randomised, accepted: counted as 2 claims,",
    ),
    Planted(
        "a search ahead of its run",
        sql(SEARCHED),
        "search preventives of run 1 counts as done, and its run is not complete",
    ),
    Planted(
        "what a run counted",
        sql("UPDATE run SET counts = '{';"),
        "run 1: its counts cannot be read",
    ),
    Planted(
        "how a run ended",
        sql("UPDATE run SET outcome = 'great';"),
        "run 1 ended in no way that we know: 'great'",
    ),
    Planted(
        "where a reference stands",
        sql("INSERT INTO reference VALUES (7, 'resolved', NULL, NULL, '[]', '[]', 1);"),
        "reference 7 is resolved, and its PMID is None",
    ),
    Planted(
        "a run that others point to",
        sql("DELETE FROM run;", everywhere=False),
        "points to a run that is not stored",
    ),
    Planted(
        "how many curators are asked",
        sql("INSERT INTO meta VALUES ('review_mode', 'triple');"),
        "the database asks for 'triple' curators",
    ),
    Planted(
        "an index",
        sql("DROP INDEX ix_claim_reading;"),
        "table claim has lost its index ix_claim_reading",
    ),
    Planted("a table", sql("DROP TABLE loaded_file;"), "table loaded_file is gone"),
)


def fill(database: Database) -> None:
    """Store a small library in which all is well."""
    with database.write() as session:
        run = runs.begin(session, RunKind.LOAD, NOON, {})
    claim = stored_claim(database, run)
    save(
        database,
        run,
        record(102),
        record(103, corrections=(Correction("RetractionIn", 9),)),
    )
    propose(database, run, 102, [draft(record(102), outcome="aura")])
    decide(database, decision(claim))
    decide(database, decision(claim, Action.AMEND, minute=1, changes={"n": 61}))
    with database.write() as session:
        runs.finish(session, run, RunOutcome.FAILED, NOON, {})
    assert problems(database) == []


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory, migraine: Protocol) -> Path:
    """Return the library as a file, to be copied and spoilt."""
    path = tmp_path_factory.mktemp("sound") / "evidence.sqlite"
    database = create_database(sqlite_url(path), migraine)
    fill(database)
    database.close()
    raw = sqlite3.connect(path)
    raw.execute("PRAGMA journal_mode = DELETE")
    raw.close()
    return path


@pytest.fixture(scope="module")
def sound_there(postgresql: Server, migraine: Protocol) -> tuple[str, str]:
    """Return the library in PostgreSQL, and the statements that make it again."""
    name = postgresql.create()
    database = create_database(postgresql.url(name), migraine)
    fill(database)
    database.close()
    return name, postgresql.dump(name)


def test_there_are_at_least_twenty_of_them() -> None:
    assert len({c.name for c in CORRUPTIONS}) == len(CORRUPTIONS) >= 20


@pytest.mark.parametrize("planted", CORRUPTIONS, ids=lambda planted: planted.name)
def test_a_planted_corruption_is_found(
    planted: Planted, sound: Path, tmp_path: Path, migraine: Protocol
) -> None:
    path = Path(shutil.copy(sound, tmp_path / "evidence.sqlite"))
    planted.plant(path)
    database = open_database(sqlite_url(path), migraine)
    found = problems(database)
    database.close()
    assert [line for line in found if planted.told in line], found
    assert all("\n" not in line for line in found)


THERE = [c for c in CORRUPTIONS if isinstance(c.plant, sql) and c.plant.everywhere]


class TestPostgresql:
    """The same, done by somebody with every right on the server."""

    @pytest.fixture
    def spoil(
        self,
        sound_there: tuple[str, str],
        postgresql: Server,
        migraine: Protocol,
    ) -> Callable[[str], list[str]]:
        """Return a function that runs statements, and tells what verify finds."""
        name, statements = sound_there

        def run(planted: str) -> list[str]:
            postgresql.lay(name, statements)
            postgresql.execute(name, planted)
            database = open_database(postgresql.url(name), migraine)
            found = problems(database)
            database.close()
            return found

        return run

    def test_there_are_at_least_twenty(self) -> None:
        assert len(THERE) >= 20

    @pytest.mark.parametrize("planted", THERE, ids=lambda planted: planted.name)
    def test_a_planted_corruption_is_found(
        self, planted: Planted, spoil: Callable[[str], list[str]]
    ) -> None:
        assert isinstance(planted.plant, sql)
        found = spoil(planted.plant.in_postgresql())
        assert [line for line in found if planted.told in line], found

    def test_a_guard_that_is_switched_off_is_found(
        self, spoil: Callable[[str], list[str]]
    ) -> None:
        found = spoil("ALTER TABLE decision DISABLE TRIGGER decision_no_rewriting")
        assert found == [
            "decision is not append-only: trigger decision_no_rewriting is gone"
        ]


def test_a_file_that_was_cut_off_says_so(
    sound: Path, tmp_path: Path, migraine: Protocol
) -> None:
    path = Path(shutil.copy(sound, tmp_path / "evidence.sqlite"))
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(Exception, match="malformed") as told:
        _all_problems(path, migraine)
    assert str(path) in str(told.value)


def _all_problems(path: Path, protocol: Protocol) -> list[str]:
    database: Database = open_database(sqlite_url(path), protocol)
    try:
        return problems(database)
    finally:
        database.close()
