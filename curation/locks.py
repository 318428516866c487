"""One run at a time. The operating system lets go of a lock whose holder died."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import platformdirs
from filelock import FileLock, Timeout

from curation.errors import AlreadyRunningError
from evidence.database import Database


@contextmanager
def only_one(database: Database, what: str) -> Iterator[None]:
    """Hold the lock of a database for the time of a run.

    Raises
    ------
    AlreadyRunningError
        Where another run holds it; nothing was changed.
    """
    path = _lock_file(database)
    lock = FileLock(path, timeout=0)
    try:
        lock.acquire()
    except Timeout:
        raise AlreadyRunningError(
            f"another {what} of {database.address} is running (it holds {path}); "
            "let it end"
        ) from None
    try:
        yield
    finally:
        lock.release()


def _lock_file(database: Database) -> Path:
    url = database.engine.url
    if database.engine.dialect.name == "sqlite" and url.database:
        return Path(f"{url.database}.lock").absolute()
    name = hashlib.sha256(str(url).encode()).hexdigest()[:16]
    folder = platformdirs.user_state_path("trd-evidence", ensure_exists=True)
    return folder / f"{name}.lock"
