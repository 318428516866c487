"""One run at a time. The operating system lets go of a lock whose holder died."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from curation.errors import AlreadyRunningError
from curation.liveness import beside
from evidence.database import Database


@contextmanager
def only_one(database: Database, what: str) -> Iterator[None]:
    """Hold the lock of a database for the time of a run.

    Raises
    ------
    AlreadyRunningError
        Where another run holds it; nothing was changed.
    """
    path = Path(f"{beside(database)}.lock")
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
