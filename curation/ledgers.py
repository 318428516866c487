"""Ledger files: decisions out of a database, and into one."""

from dataclasses import asdict
from pathlib import Path

from curation import lines
from curation.clock import Clock, now
from curation.jobs import versions
from curation.pipeline import named
from evidence import ledger
from evidence.database import Database
from evidence.errors import EvidenceError
from evidence.library import RunKind, RunOutcome
from evidence.store import runs


def export_decisions(
    database: Database, output: Path | None, *, proposed: bool = False
) -> None:
    """Write the ledger, or the proposed claims to be filled in."""
    with database.read() as session:
        found = ledger.export_proposed(session) if proposed else ledger.export(session)
        lines.write(found, output)


def import_decisions(
    database: Database,
    path: Path,
    *,
    curator: str | None = None,
    clock: Clock = now,
) -> ledger.Imported:
    """Import a ledger file; all of its lines, or none on an error.

    Raises
    ------
    LedgerError
        Where the file cannot be read, or a line in it cannot be applied.
    """
    try:
        found = path.read_text(encoding="utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise EvidenceError(f"{path} cannot be read as a ledger: {error}") from None
    at = clock()
    with database.write() as session:
        run = runs.begin(session, RunKind.DECISIONS, at, versions(database))
        imported = ledger.import_lines(
            database,
            session,
            found,
            source=named(path),
            run=run,
            at=at,
            curator=curator,
        )
        counts = {"file": named(path), **asdict(imported)}
        runs.finish(session, run, RunOutcome.COMPLETE, clock(), counts)
    return imported
