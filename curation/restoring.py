"""The proof that a backup can be restored, and the restoring itself."""

import os
import shutil
import sqlite3
import tempfile
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from curation.backups import SHA256, beside, counts_of, refuse_broken, sha256
from evidence.database import create_database, sqlite_url
from evidence.errors import DatabaseError
from evidence.protocol import Protocol
from evidence.store.cells import keep_current
from evidence.verification import verify


@dataclass(frozen=True, slots=True)
class Restored:
    """What a backup holds once it is restored, and what vouches for it."""

    counts: dict[str, int]
    digest_checked: bool
    """Its digest stood beside it, and was right."""


def check_backup(file: Path, protocol: Protocol) -> Restored:
    """Prove that a backup restores: restore it to a temporary place, and verify.

    Raises
    ------
    DatabaseError
        Where it does not.
    """
    with tempfile.TemporaryDirectory(prefix="trd-evidence-") as folder:
        return _restore(file, Path(folder) / "restored.sqlite", protocol)


def restore(file: Path, target: Path, protocol: Protocol) -> Restored:
    """Restore a backup to a place where no database is, or leave that place empty.

    Raises
    ------
    DatabaseError
        Where something is there already, or the backup does not hold.
    """
    target = target.absolute()
    for path in (target, beside(target, "-wal"), beside(target, "-shm")):
        if os.path.lexists(path):
            raise DatabaseError(
                f"{path} exists; nothing was overwritten. Move it away, or choose "
                "another place with --to"
            )
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".restore-") as folder:
        made = Path(folder) / target.name
        restored = _restore(file, made, protocol)
        try:
            # A link, unlike a renaming, never replaces what came meanwhile.
            os.link(made, target)
        except FileExistsError:
            raise DatabaseError(f"{target} exists now; nothing was changed") from None
        except OSError:
            # Not every file system knows links.
            made.rename(target)
    return restored


def _restore(file: Path, made: Path, protocol: Protocol) -> Restored:
    """Lay a backup down at `made`, bring it up to this version, and verify it."""
    # First: where a byte was changed, SQLite may say anything of the file.
    digest_checked = _digests_hold(file)
    _refuse_no_backup(file)
    try:
        shutil.copy(file, made)
    except OSError as error:
        raise DatabaseError(f"{file} cannot be read: {error.strerror}") from None
    # The copy of a read-only file must be written to.
    made.chmod(made.stat().st_mode | 0o200)
    database = create_database(sqlite_url(made), protocol)
    try:
        keep_current(database)
        with database.read() as session:
            refuse_broken(list(verify(database, session)), file, "use an older one")
        counts = counts_of(database)
    finally:
        database.close()
    return Restored(counts, digest_checked)


def _refuse_no_backup(file: Path) -> None:
    """Refuse what would otherwise be filled with empty tables, or lack its log."""
    if not file.is_file():
        raise DatabaseError(f"there is no backup at {file}")
    log = beside(file, "-wal")
    if log.is_file() and log.stat().st_size:
        raise DatabaseError(
            f"{file} is a database in use ({log.name} belongs to it), not a backup; "
            "run `curation backup`"
        )
    try:
        address = f"{file.absolute().as_uri()}?mode=ro&immutable=1"
        with closing(sqlite3.connect(address, uri=True)) as opened:
            found = opened.execute("SELECT 1 FROM meta").fetchall()
    except sqlite3.Error as error:
        raise DatabaseError(f"{file} is no backup of ours: {error}") from None
    if not found:
        raise DatabaseError(f"{file} does not say of which protocol it is")


def _digests_hold(file: Path) -> bool:
    """Compare the digests beside a backup; return whether its own was among them."""
    listed = beside(file, SHA256)
    if not listed.is_file():
        return False
    text = listed.read_text(encoding="utf-8", errors="replace")
    own = False
    for line in text.splitlines():
        digest, _, name = line.partition("  ")
        path = file.parent / Path(name).name
        if path.is_file() and sha256(path) != digest:
            raise DatabaseError(
                f"{path} is not what was written (its digest in {listed.name} "
                "differs); use an older backup"
            )
        own = own or path.name == file.name
    return own
