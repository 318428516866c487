"""Jobs: a run is opened before the work and closed after it, whatever happens.

What nothing in a process can do, closing a run whose process was killed, the next job
does.
"""

import getpass
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from typing import Any

from sqlmodel import Session

from curation import __version__
from curation.clock import Clock
from curation.liveness import at_work, is_at_work
from evidence.database import Database
from evidence.errors import EvidenceError
from evidence.library import Run, RunKind, RunOutcome
from evidence.queries.runs import open_runs
from evidence.store import runs

DIED = "killed, or the machine stopped; what it had stored is kept"
"""What is told of a run that nobody closed."""

Progress = Callable[[int], None]
"""Told how many more records are done."""
Tell = Callable[[str, int, int | None], None]
"""Told the stage, how much of it is done, and of how much where that is known."""


def who() -> str | None:
    """Return the login name of whoever runs this; None where there is none."""
    # Without a login name Python 3.13 raises OSError, older ones the other two.
    with suppress(OSError, KeyError, ImportError):
        return getpass.getuser()
    return None


def versions(database: Database, extractor: str | None = None) -> dict[str, str]:
    """Return what a run was made with."""
    made = {
        "trd-evidence": __version__,
        "protocol": database.protocol.sha256[:12],
    }
    return made | ({"extractor": extractor} if extractor else {})


class Job:
    """An open run: what it counted so far, and how it will be closed."""

    def __init__(self, run: int, interrupted: tuple[Run, ...] = ()) -> None:
        self.run = run
        self.interrupted = interrupted
        """Earlier runs that were found dead when this one began."""
        self.counts: dict[str, Any] = {}
        self.closed = False
        """Whether the work itself closed the run, together with its results."""
        self.kept = False
        """Whether something is stored that stays if the work ends here."""


@contextmanager
def job(
    database: Database, kind: RunKind, clock: Clock, extractor: str | None = None
) -> Iterator[Job]:
    """Open a run and close it: complete, partial, failed, or interrupted.

    An error of ours after something was kept makes it partial, and says so itself:
    `EvidenceError.partial`. The first line of an error stays with the run.
    """
    with ExitStack() as held:
        with database.write() as session:
            interrupted = _interrupted(database, session)
            run = runs.begin(session, kind, clock(), versions(database, extractor))
            # Before anybody can see the run: else it would look like a dead one.
            held.enter_context(at_work(database, run))
        open_job = Job(run, interrupted)
        outcome = RunOutcome.FAILED
        try:
            yield open_job
            outcome = RunOutcome.COMPLETE
        except EvidenceError as error:
            if open_job.kept and not error.partial:
                error.partial = True
                error.add_note("what came before is kept, the next run goes on from it")
            outcome = RunOutcome.PARTIAL if error.partial else outcome
            open_job.counts["error"] = _first_line(error)
            raise
        except BaseException as error:
            if isinstance(error, KeyboardInterrupt):
                outcome = RunOutcome.INTERRUPTED
            open_job.counts["error"] = _first_line(error)
            raise
        finally:
            if not open_job.closed:
                with database.write() as session:
                    runs.finish(session, run, outcome, clock(), open_job.counts)


def _interrupted(database: Database, session: Session) -> tuple[Run, ...]:
    """Close the runs that died open, and return them."""
    dead = tuple(r for r in open_runs(session) if not is_at_work(database, r.id))
    for run in dead:
        runs.interrupt(session, run.id, {**run.counts, "error": DIED})
    return dead


def _first_line(error: BaseException) -> str:
    first = str(error).partition("\n")[0][:500]
    return first.encode(errors="replace").decode()
