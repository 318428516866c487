"""Jobs: a run is opened before the work and closed after it, whatever happens."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from curation import __version__
from evidence.database import Database
from evidence.library import RunKind, RunOutcome
from evidence.store import runs

Clock = Callable[[], datetime]
Progress = Callable[[int], None]
"""Told how many more records are done."""


def now() -> datetime:
    """Return the present, aware and in UTC."""
    return datetime.now(UTC)


def versions(database: Database, extractor: str | None = None) -> dict[str, str]:
    """Return what a run was made with."""
    made = {
        "trd-evidence": __version__,
        "protocol": database.protocol.sha256[:12],
    }
    return made | ({"extractor": extractor} if extractor else {})


class Job:
    """An open run: what it counted so far, and how it will be closed."""

    def __init__(self, run: int) -> None:
        self.run = run
        self.counts: dict[str, Any] = {}
        self.closed = False
        """Whether the work itself closed the run, together with its results."""


@contextmanager
def job(
    database: Database, kind: RunKind, clock: Clock, extractor: str | None = None
) -> Iterator[Job]:
    """Open a run and close it: complete, or failed with its error's first line."""
    with database.write() as session:
        run = runs.begin(session, kind, clock(), versions(database, extractor))
    open_job = Job(run)
    outcome = RunOutcome.FAILED
    try:
        yield open_job
        outcome = RunOutcome.COMPLETE
    except BaseException as error:
        first = str(error).partition("\n")[0][:500]
        open_job.counts["error"] = first.encode(errors="replace").decode()
        raise
    finally:
        if not open_job.closed:
            with database.write() as session:
                runs.finish(session, run, outcome, clock(), open_job.counts)
