"""Which open runs are still at work.

Every open run holds a lock of its own. The operating system lets go of it when the
process ends, however it ends; so a run that nobody closed and nobody holds is dead.
A PostgreSQL database keeps these locks itself, for runs of every machine.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

from evidence import engines
from evidence.database import Database


@contextmanager
def at_work(database: Database, run: int) -> Iterator[None]:
    """Let everybody see that a run's process is alive."""
    if database.is_shared:
        with database.hold(engines.of_run(run)):
            yield
        return
    path = _run_lock(database, run)
    lock = FileLock(path)
    lock.acquire()
    try:
        yield
    finally:
        _remove(lock, path)


def is_at_work(database: Database, run: int) -> bool:
    """Return whether the process of a run that was never closed still lives."""
    if database.is_shared:
        return engines.is_held(database.engine, engines.of_run(run))
    path = _run_lock(database, run)
    if not path.exists():
        return False
    lock = FileLock(path, timeout=0)
    try:
        lock.acquire()
    except Timeout:
        return True
    _remove(lock, path)
    return False


def _remove(lock: FileLock, path: Path) -> None:
    lock.release()
    # Windows does not remove what somebody looks at just now.
    with suppress(PermissionError):
        path.unlink(missing_ok=True)


def _run_lock(database: Database, run: int) -> Path:
    return Path(f"{beside(database)}.run-{run}.lock")


def beside(database: Database) -> Path:
    """Return what the names of a SQLite database's lock files begin with."""
    return Path(str(database.engine.url.database)).absolute()
