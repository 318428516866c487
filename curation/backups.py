"""Backups: made while others write, opened, checked, and kept by number.

A copy of a SQLite database that is written to is made by SQLite itself, never by
copying the file: "Online Backup API", https://www.sqlite.org/backup.html. One of
PostgreSQL is a SQLite file too: every row of one moment, which needs no server to be
checked, and `curation copy` moves it back.
"""

import hashlib
import os
import re
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import platformdirs
from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

from curation import lines
from curation.clock import Clock, now
from curation.locks import hold
from evidence import ledger
from evidence.copying import copy_database
from evidence.database import Database, create_database, sqlite_url
from evidence.errors import DatabaseError
from evidence.protocol import Protocol
from evidence.queries.runs import standing
from evidence.verification import verify

KEPT = 14
"""How many backups are kept where nobody says otherwise."""

LEDGER, SHA256 = ".ledger.jsonl", ".sha256"
"""What the files beside a backup are called: its name, and this."""

BUSY_SECONDS = 30

_MOMENT = r"\d{8}T\d{6}Z"

REMEDY = "no older backup was removed. Run `curation verify` on the database"


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup that was checked, and what is in it."""

    file: Path
    counts: dict[str, int]
    removed: tuple[Path, ...] = ()
    """Older backups that made room for it."""


def backup(
    database: Database,
    folder: Path | None = None,
    *,
    keep: int = KEPT,
    clock: Clock = now,
) -> Backup:
    """Copy a database while others write to it, and check the copy.

    The ledger is exported beside it, with the digests of both files.

    Parameters
    ----------
    database
        What is copied.
    folder
        Where to; if None, `backups` beside a SQLite file, and in the user's data
        folder for a PostgreSQL database.
    keep
        How many backups stay, this one among them.
    clock
        The present, from which the file gets its name.

    Raises
    ------
    DatabaseError
        Where the copy cannot be made, or does not hold what we promise. Then
        nothing is removed, and the copy is no backup: it ends in `.failed`.
    """
    stem, beside_it = _place_of(database)
    folder = (folder or beside_it).absolute()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        # A refresh need not wait for a backup, and is not waited for.
        with hold(folder / ".lock", f"another backup to {folder}"):
            return _made(database, folder, stem, keep, clock)
    except OSError as error:
        raise DatabaseError(
            f"no backup could be written to {folder}: {error.strerror or error}; check "
            "the disk"
        ) from None


def _made(
    database: Database, folder: Path, stem: str, keep: int, clock: Clock
) -> Backup:
    file = folder / f"{stem}-{clock():%Y%m%dT%H%M%SZ}.sqlite"
    if file.exists():
        raise DatabaseError(f"{file} was made within this second; try again")
    _clear(folder, stem)
    part = file.with_name(f"{file.name}.part")
    try:
        _copy(database, part)
        counts = _checked(part, database.protocol)
        _seal(part, file)
    except BaseException:
        for left in (part, beside(part, LEDGER)):
            left.unlink(missing_ok=True)
        raise
    return Backup(file, counts, tuple(_prune(folder, stem, file, keep)))


def _place_of(database: Database) -> tuple[str, Path]:
    """Return what backups of a database are called, and where they lie."""
    name = database.engine.url.database or ""
    if database.is_shared:
        return name, platformdirs.user_data_path("trd-evidence") / "backups"
    file = Path(name).absolute()
    return file.stem, file.with_name("backups")


def beside(file: Path, suffix: str) -> Path:
    """Return the file beside a backup whose name is the backup's and a suffix."""
    return file.with_name(file.name + suffix)


def _copy(database: Database, part: Path) -> None:
    """Copy one moment of a database into a file of its own, with no log beside it."""
    part.unlink(missing_ok=True)
    part.touch(mode=0o600)
    try:
        if database.is_shared:
            with closing(create_database(sqlite_url(part), database.protocol)) as made:
                copy_database(database, made)
        else:
            source = Path(database.engine.url.database or "")
            # Whoever may not read the database may not read its backup.
            shutil.copymode(source, part)
            with (
                closing(sqlite3.connect(source, timeout=BUSY_SECONDS)) as held,
                closing(sqlite3.connect(part)) as copied,
            ):
                held.backup(copied)
        with closing(sqlite3.connect(part)) as copied:
            # The log belongs to a database in use; a backup is one whole file.
            copied.execute("PRAGMA journal_mode = DELETE")
    except sqlite3.Error as error:
        raise DatabaseError(
            f"{database.address} cannot be copied to {part.parent}: {error}; check "
            "the disk"
        ) from None


def _checked(part: Path, protocol: Protocol) -> dict[str, int]:
    """Check a copy, read-only, write its ledger beside it, and return its counts."""
    try:
        with _read_only(part, protocol) as copied, copied.read() as session:
            refuse_broken(list(verify(copied, session)), part, REMEDY)
            lines.write(ledger.export(session), beside(part, LEDGER))
            return counts_of(copied)
    except DatabaseError as error:
        failed = part.with_suffix(".failed")
        with suppress(FileNotFoundError):
            part.replace(failed)
        raise DatabaseError(f"{error}; the copy is kept as {failed.name}") from None


@contextmanager
def _read_only(file: Path, protocol: Protocol) -> Iterator[Database]:
    """Open a file that nobody writes to, so that opening leaves no trace."""
    address = f"{file.absolute().as_uri()}?mode=ro&immutable=1"

    def opened() -> sqlite3.Connection:
        # SQLAlchemy may close a connection on another thread than opened it.
        return sqlite3.connect(address, uri=True, check_same_thread=False)

    engine = create_engine("sqlite://", creator=opened, poolclass=NullPool)
    try:
        yield Database(engine, protocol)
    finally:
        engine.dispose()


def refuse_broken(problems: list[str], file: Path, remedy: str) -> None:
    """Raise where a copy breaks a promise.

    Raises
    ------
    DatabaseError
        With the first of the problems.
    """
    if problems:
        raise DatabaseError(
            f"{file} breaks {len(problems)} promises, the first: {problems[0]}; "
            f"{remedy}"
        )


def counts_of(database: Database) -> dict[str, int]:
    """Return how much a database holds of what matters."""
    with database.read() as session:
        found = standing(session)
    return {
        "records": found.records,
        "claims": found.claims,
        "decisions": found.decisions,
    }


def _seal(part: Path, file: Path) -> None:
    """Write the digests, and let the backup appear last: seen means whole."""
    told = beside(file, LEDGER)
    digests = {file.name: sha256(part), told.name: sha256(beside(part, LEDGER))}
    lines.write(
        (f"{digest}  {name}" for name, digest in digests.items()), beside(file, SHA256)
    )
    beside(part, LEDGER).replace(told)
    with part.open("rb") as written:
        os.fsync(written.fileno())
    part.replace(file)
    folder = os.open(file.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def sha256(file: Path) -> str:
    """Return the sha256 of a file, in hex."""
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def _clear(folder: Path, stem: str) -> None:
    """Remove what a backup left that was killed; the lock says that none is alive."""
    named = re.compile(rf"\.?{re.escape(stem)}-{_MOMENT}\.sqlite(?=.*\.part).*")
    for path in folder.iterdir():
        if named.fullmatch(path.name):
            path.unlink()


def _prune(folder: Path, stem: str, newest: Path, keep: int) -> Iterator[Path]:
    """Remove the oldest backups; never the new one, whatever the clock says."""
    named = re.compile(rf"{re.escape(stem)}-{_MOMENT}\.sqlite")
    older = sorted(
        path
        for path in folder.iterdir()
        if named.fullmatch(path.name) and path != newest
    )
    for path in older[: max(0, len(older) - (keep - 1))]:
        for file in (path, beside(path, LEDGER), beside(path, SHA256)):
            file.unlink(missing_ok=True)
        yield path
