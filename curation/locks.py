"""One run at a time; a lock whose holder died is let go of.

A SQLite file has its lock beside it. A PostgreSQL database may be used from several
machines, so it keeps the lock itself.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from curation.errors import AlreadyRunningError
from curation.liveness import beside
from evidence import engines
from evidence.database import Database


@contextmanager
def only_one(database: Database, what: str) -> Iterator[None]:
    """Hold the lock of a database for the time of a run.

    Raises
    ------
    AlreadyRunningError
        Where another run holds it; nothing was changed.
    """
    if database.is_shared:
        with database.hold(engines.JOB) as free:
            if not free:
                raise AlreadyRunningError(
                    f"another job of {database.address} is running, here or on "
                    "another machine; let it end"
                )
            yield
        return
    with hold(
        Path(f"{beside(database)}.lock"), f"another {what} of {database.address}"
    ):
        yield


@contextmanager
def hold(path: Path, other: str) -> Iterator[None]:
    """Hold a lock file; `other` names the run that may hold it already.

    Raises
    ------
    AlreadyRunningError
        Where another run holds it; nothing was changed.
    """
    lock = FileLock(path, timeout=0)
    try:
        lock.acquire()
    except Timeout:
        raise AlreadyRunningError(
            f"{other} is running (it holds {path}); let it end"
        ) from None
    try:
        yield
    finally:
        lock.release()
