"""Backups: made while others write, checked before they count, proven to restore."""

import hashlib
import os
import sqlite3
import stat
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock

from curation import restoring
from curation.backups import Backup, backup
from curation.errors import AlreadyRunningError
from curation.restoring import check_backup, restore
from evidence import ledger
from evidence.database import Database, open_database, sqlite_url
from evidence.errors import DatabaseError
from evidence.protocol import Protocol
from evidence.verification import verify
from tests.command_line import Curation, article, pubmed_file
from tests.invented import NOON, decision, record
from tests.stored import decide, save, stored_claim


def at(minute: int = 0) -> Callable[[], datetime]:
    return lambda: NOON + timedelta(minutes=minute)


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir() if path.name != ".lock"}


@pytest.fixture
def decided(database: Database, run: int) -> Database:
    """A database with a record, a claim, and a decision on it."""
    decide(database, decision(stored_claim(database, run)))
    return database


@pytest.fixture
def made(decided: Database, tmp_path: Path) -> Backup:
    return backup(decided, tmp_path / "kept", clock=at())


def spoil(path: Path, statement: str) -> None:
    raw = sqlite3.connect(path)
    raw.execute(statement)
    raw.commit()
    raw.close()


class TestABackup:
    def test_it_is_named_after_the_moment_and_holds_everything(
        self, made: Backup, decided: Database, migraine: Protocol
    ) -> None:
        assert made.file.name == "evidence-20260301T120000Z.sqlite"
        assert made.counts == {"records": 1, "claims": 1, "decisions": 1}
        raw, copy = (
            sqlite3.connect(path)
            for path in (str(decided.engine.url.database), made.file)
        )
        assert list(raw.iterdump()) == list(copy.iterdump())
        raw.close()
        copy.close()

    def test_it_lies_beside_the_database_where_nobody_says_otherwise(
        self, database: Database, tmp_path: Path
    ) -> None:
        assert backup(database, clock=at()).file.parent == tmp_path / "backups"

    def test_it_is_one_whole_file(self, made: Backup) -> None:
        assert names(made.file.parent) == {
            "evidence-20260301T120000Z.sqlite",
            "evidence-20260301T120000Z.sqlite.ledger.jsonl",
            "evidence-20260301T120000Z.sqlite.sha256",
        }
        raw = sqlite3.connect(made.file)
        assert raw.execute("PRAGMA journal_mode").fetchone() == ("delete",)
        raw.close()

    def test_the_ledger_stands_beside_it(self, made: Backup, decided: Database) -> None:
        with decided.read() as session:
            lines = list(ledger.export(session))
        beside = Path(f"{made.file}.ledger.jsonl")
        assert beside.read_text(encoding="utf-8").splitlines() == lines
        assert len(lines) == 1

    def test_its_digests_are_those_that_sha256sum_checks(self, made: Backup) -> None:
        listed = Path(f"{made.file}.sha256").read_text(encoding="utf-8")
        for line in listed.splitlines():
            digest, name = line.split("  ")
            content = (made.file.parent / name).read_bytes()
            assert hashlib.sha256(content).hexdigest() == digest
        assert listed.count("\n") == 2

    def test_who_may_not_read_the_database_may_not_read_its_backup(
        self, database: Database, tmp_path: Path
    ) -> None:
        Path(str(database.engine.url.database)).chmod(0o600)
        made = backup(database, tmp_path / "kept", clock=at())
        assert stat.S_IMODE(made.file.stat().st_mode) == 0o600

    def test_a_second_one_within_the_second_is_refused(
        self, made: Backup, decided: Database
    ) -> None:
        before = made.file.read_bytes()
        with pytest.raises(DatabaseError, match="within this second"):
            backup(decided, made.file.parent, clock=at())
        assert made.file.read_bytes() == before

    def test_two_at_once_are_one(self, database: Database, tmp_path: Path) -> None:
        with FileLock(tmp_path / ".lock"), pytest.raises(AlreadyRunningError):
            backup(database, tmp_path, clock=at())


@pytest.mark.parametrize("url", ["postgresql"], indirect=True)
def test_a_backup_of_postgresql_is_a_file_that_restores(
    decided: Database, migraine: Protocol, tmp_path: Path
) -> None:
    made = backup(decided, tmp_path / "kept", clock=at())
    assert made.counts == {"records": 1, "claims": 1, "decisions": 1}
    assert stat.S_IMODE(made.file.stat().st_mode) == 0o600
    assert len(names(made.file.parent)) == 3
    restored = restore(made.file, tmp_path / "new.sqlite", migraine)
    assert restored.counts == made.counts
    assert backup(decided, clock=at()).file.parent.name == "backups"


def test_a_backup_made_while_others_write_is_one_moment(
    database: Database, run: int, tmp_path: Path
) -> None:
    """Batches are whole in the copy, and no writer fails."""
    size, written, failures = 5, threading.Event(), []
    stop = threading.Event()

    def write() -> None:
        try:
            for first in range(1_000, 100_000, size):
                batch = (record(first + i) for i in range(size))
                save(database, run, *batch)
                written.set()
                if stop.is_set():
                    return
        except Exception as error:  # a writer's failure must fail the test
            failures.append(error)
            written.set()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        copies = []
        for minute in range(3):
            assert written.wait(30)
            written.clear()
            copies.append(backup(database, tmp_path / "kept", clock=at(minute)))
    finally:
        stop.set()
        writer.join()
    assert failures == []
    counts = [copy.counts["records"] for copy in copies]
    assert counts == sorted(counts)
    assert counts[-1] > counts[0] > 0
    assert [count % size for count in counts] == [0, 0, 0]


class TestWhatIsKept:
    def test_the_newest_stay_and_the_files_of_others_too(
        self, database: Database, tmp_path: Path
    ) -> None:
        folder = tmp_path / "kept"
        folder.mkdir()
        others = {"notes.txt", "evidence-old.sqlite", "trd-20200101T000000Z.sqlite"}
        for name in others:
            (folder / name).touch()
        for minute in range(4):
            last = backup(database, folder, keep=2, clock=at(minute))
        assert [path.name for path in last.removed] == [
            "evidence-20260301T120100Z.sqlite"
        ]
        assert names(folder) - others == {
            f"evidence-20260301T120{minute}00Z.sqlite{suffix}"
            for minute in (2, 3)
            for suffix in ("", ".ledger.jsonl", ".sha256")
        }
        assert others <= names(folder)

    def test_the_new_one_stays_whatever_the_clock_says(
        self, database: Database, tmp_path: Path
    ) -> None:
        backup(database, tmp_path / "kept", keep=1, clock=at(60))
        made = backup(database, tmp_path / "kept", keep=1, clock=at(0))
        assert list((tmp_path / "kept").glob("*.sqlite")) == [made.file]

    def test_what_a_killed_backup_left_is_cleared_away(
        self, database: Database, tmp_path: Path
    ) -> None:
        stamp = "evidence-20260228T120000Z.sqlite"
        for left in (
            *(f"{stamp}.part", f"{stamp}.part-journal", f"{stamp}.part.ledger.jsonl"),
            *(f".{stamp}.part.ledger.jsonl.part", f".{stamp}.sha256.part"),
        ):
            (tmp_path / left).touch()
        (tmp_path / "spare.part").touch()
        backup(database, tmp_path, clock=at())
        assert {n for n in names(tmp_path) if "part" in n} == {"spare.part"}


class TestAFailedCheck:
    @pytest.mark.parametrize(
        "damage",
        [
            "UPDATE text SET text = text || '!'",
            "UPDATE claim SET status = 'rejected'",
            "DELETE FROM cell",
            "DROP TRIGGER decision_no_delete",
        ],
    )
    def test_it_is_an_error_and_removes_nothing(
        self, made: Backup, decided: Database, damage: str
    ) -> None:
        spoil(Path(str(decided.engine.url.database)), damage)
        before = names(made.file.parent)
        with pytest.raises(DatabaseError, match="promises") as error:
            backup(decided, made.file.parent, keep=1, clock=at(1))
        failed = "evidence-20260301T120100Z.sqlite.failed"
        assert names(made.file.parent) == before | {failed}
        assert failed in str(error.value)

    def test_a_failed_copy_never_counts_as_a_backup(
        self, made: Backup, decided: Database
    ) -> None:
        path = Path(str(decided.engine.url.database))
        spoil(path, "UPDATE claim SET status = 'rejected'")
        with pytest.raises(DatabaseError):
            backup(decided, made.file.parent, keep=1, clock=at(1))
        spoil(path, "UPDATE claim SET status = 'accepted'")
        again = backup(decided, made.file.parent, keep=2, clock=at(2))
        assert again.removed == ()

    def test_a_damaged_page_is_found(self, made: Backup, decided: Database) -> None:
        path = Path(str(decided.engine.url.database))
        decided.close()
        raw = sqlite3.connect(path)
        (root,) = raw.execute(
            "SELECT rootpage FROM sqlite_master "
            "WHERE type = 'index' AND tbl_name = 'text'"
        ).fetchone()
        (size,) = raw.execute("PRAGMA page_size").fetchone()
        raw.close()
        content = bytearray(path.read_bytes())
        content[size * (root - 1) : size * root] = b"\xff" * size
        path.write_bytes(content)
        with pytest.raises(DatabaseError):
            backup(decided, made.file.parent, keep=1, clock=at(1))
        assert made.file.is_file()


class TestRestoring:
    def test_a_check_counts_and_leaves_no_trace(
        self, made: Backup, migraine: Protocol
    ) -> None:
        before = {p: p.read_bytes() for p in made.file.parent.iterdir()}
        restored = check_backup(made.file, migraine)
        assert restored.counts == made.counts
        assert restored.digest_checked
        assert {p: p.read_bytes() for p in made.file.parent.iterdir()} == before

    def test_a_restored_database_is_the_one_that_was_backed_up(
        self, made: Backup, decided: Database, migraine: Protocol, tmp_path: Path
    ) -> None:
        target = tmp_path / "new" / "evidence.sqlite"
        restore(made.file, target, migraine)
        assert names(target.parent) == {"evidence.sqlite"}
        opened = open_database(sqlite_url(target), migraine)
        with opened.read() as session, decided.read() as before:
            assert list(verify(opened, session)) == []
            assert list(ledger.export(session)) == list(ledger.export(before))
        opened.close()

    @pytest.mark.parametrize("suffix", ["", "-wal"])
    def test_nothing_is_overwritten(
        self, made: Backup, migraine: Protocol, tmp_path: Path, suffix: str
    ) -> None:
        there = tmp_path / f"there.sqlite{suffix}"
        there.write_bytes(b"precious")
        with pytest.raises(DatabaseError, match="nothing was overwritten"):
            restore(made.file, tmp_path / "there.sqlite", migraine)
        assert there.read_bytes() == b"precious"

    def test_what_comes_meanwhile_is_not_overwritten(
        self,
        made: Backup,
        migraine: Protocol,
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        target = tmp_path / "there.sqlite"

        def meanwhile(_: Database) -> bool:
            target.write_bytes(b"precious")
            return False

        monkeypatch.setattr(restoring, "keep_current", meanwhile)
        with pytest.raises(DatabaseError, match="exists now"):
            restore(made.file, target, migraine)
        assert target.read_bytes() == b"precious"

    def test_a_changed_byte_is_found(self, made: Backup, migraine: Protocol) -> None:
        content = bytearray(made.file.read_bytes())
        content[-1] ^= 1
        made.file.write_bytes(content)
        with pytest.raises(DatabaseError, match="not what was written"):
            check_backup(made.file, migraine)

    def test_a_backup_that_breaks_a_promise_is_not_restored(
        self, made: Backup, migraine: Protocol, tmp_path: Path
    ) -> None:
        Path(f"{made.file}.sha256").unlink()
        spoil(made.file, "UPDATE claim SET status = 'rejected'")
        with pytest.raises(DatabaseError, match="promises"):
            restore(made.file, tmp_path / "new.sqlite", migraine)
        assert not (tmp_path / "new.sqlite").exists()

    def test_without_digests_the_content_still_counts(
        self, made: Backup, migraine: Protocol
    ) -> None:
        Path(f"{made.file}.sha256").unlink()
        assert not check_backup(made.file, migraine).digest_checked

    def test_a_backup_that_was_renamed_is_not_vouched_for(
        self, made: Backup, migraine: Protocol
    ) -> None:
        new = made.file.rename(made.file.with_name("renamed.sqlite"))
        Path(f"{made.file}.sha256").rename(f"{new}.sha256")
        assert not check_backup(new, migraine).digest_checked

    def test_the_ledger_is_vouched_for_too(
        self, made: Backup, migraine: Protocol
    ) -> None:
        Path(f"{made.file}.ledger.jsonl").write_text("{}\n")
        with pytest.raises(DatabaseError, match="jsonl is not what"):
            check_backup(made.file, migraine)

    @pytest.mark.parametrize("content", [b"", b"no database", None])
    def test_what_is_no_backup_is_refused(
        self, tmp_path: Path, migraine: Protocol, content: bytes | None
    ) -> None:
        path = tmp_path / "some.sqlite"
        if content is not None:
            path.write_bytes(content)
        with pytest.raises(DatabaseError, match="no backup"):
            check_backup(path, migraine)

    def test_a_database_in_use_is_no_backup(
        self, decided: Database, migraine: Protocol
    ) -> None:
        with decided.read() as session:
            session.connection()
            path = Path(str(decided.engine.url.database))
            assert Path(f"{path}-wal").stat().st_size
            with pytest.raises(DatabaseError, match="in use"):
                check_backup(path, migraine)

    def test_one_of_another_protocol_is_refused(
        self, made: Backup, trd: Protocol
    ) -> None:
        with pytest.raises(DatabaseError, match="belongs to protocol"):
            check_backup(made.file, trd)

    def test_a_read_only_backup_restores(
        self, made: Backup, migraine: Protocol, tmp_path: Path
    ) -> None:
        made.file.chmod(0o400)
        target = tmp_path / "evidence2.sqlite"
        restore(made.file, target, migraine)
        assert os.access(target, os.W_OK)
        assert stat.S_IMODE(target.stat().st_mode) & stat.S_IWUSR


class TestTheCommand:
    @pytest.fixture
    def ready(self, curation: Curation, tmp_path: Path) -> Curation:
        curation("init")
        curation("load", pubmed_file(tmp_path / "pubmed.xml", article(101)))
        return curation

    def test_backup_then_restore(self, ready: Curation, tmp_path: Path) -> None:
        ended = ready("backup", "--to", tmp_path / "kept", "--keep", 3)
        assert ended.code == 0, ended.err
        file = Path(ended.out.strip())
        assert file.parent == tmp_path / "kept"
        checked = ready("restore", file, "--check")
        assert checked.out == "it restores: 1 records, 0 claims, 0 decisions\n"
        new = tmp_path / "new.sqlite"
        assert ready("restore", file, "--to", new).code == 0
        assert new.is_file()
        again = ready("restore", file, "--to", new)
        assert again.code == 1
        assert "nothing was overwritten" in again.err

    @pytest.mark.parametrize("options", [(), ("--check", "--to", "new.sqlite")])
    def test_restore_wants_one_of_check_and_to(
        self, curation: Curation, options: tuple[Any, ...]
    ) -> None:
        assert curation("restore", "some.sqlite", *options).code == 2

    def test_no_backup_of_nothing(self, curation: Curation) -> None:
        assert curation("backup", "--keep", 0).code == 2
        assert curation("backup").code == 1
