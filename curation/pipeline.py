"""Where retrieve and extract meet the database.

Each function opens a run, lets a stage work outside of any transaction, stores
its results a batch at a time, and closes the run with its counts.
"""

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from curation.clock import Clock, now
from curation.extract.claims import Extractor
from curation.jobs import Job, Progress, job
from curation.retrieve import archive
from curation.retrieve.index import Index
from curation.retrieve.references import match
from evidence.database import Database
from evidence.library import ReferenceStanding, ReferenceState, RunKind
from evidence.queries.records import records, unread
from evidence.queries.references import reference_states
from evidence.records import Record
from evidence.store.claims import Proposed, save_drafts
from evidence.store.gone import mark_gone
from evidence.store.records import Saved, save_records
from evidence.store.references import save_reference_states
from evidence.types import Draft

logger = logging.getLogger(__name__)

READ_AT_ONCE = 200
"""How many records are read and stored in one transaction."""


@dataclass(slots=True)
class Loaded:
    """What became of the records of some files."""

    saved: Saved = field(default_factory=Saved)
    refused: list[dict[str, Any]] = field(default_factory=list)
    gone: int = 0
    references: int = 0
    """References that were found among the new records."""
    outside: int = 0
    """Read and not kept, since no search of the protocol finds them."""
    loaded_before: list[str] = field(default_factory=list)
    """Files that were not read again."""
    unverified: list[str] = field(default_factory=list)
    """Baseline and update files without a checksum beside them."""
    missed: dict[str, list[int]] = field(default_factory=dict)
    """By file, PMIDs of what is held and of which mining left a version out."""

    def counts(self) -> dict[str, Any]:
        """Return the counts as plain values."""
        return {
            **asdict(self.saved),
            "refused": len(self.refused),
            "refusals": self.refused[:100],
            "deleted_upstream": self.gone,
            "references_resolved": self.references,
            "outside_searches": self.outside,
            "loaded_before": len(self.loaded_before),
            "unverified": self.unverified,
            "missed": self.missed,
        }


def load(
    database: Database,
    files: Sequence[Path],
    *,
    read: Callable[[Path], Iterable[archive.Batch]] = archive.read,
    clock: Clock = now,
    progress: Progress = lambda _: None,
) -> Loaded:
    """Load PubMed files, a batch a transaction; `read` reads one.

    Raises
    ------
    ArchiveError
        Where a file cannot be read whole; whole batches before stay, its last
        batch is not kept, and later files are not read.
    """
    loaded = Loaded()
    with job(database, RunKind.LOAD, clock) as this:
        this.counts["files"] = [named(path) for path in files]
        try:
            for path in files:
                for batch in read(path):
                    keep_batch(database, batch, path, loaded, this, clock())
                    progress(len(batch.records) + len(batch.refused))
        finally:
            this.counts.update(loaded.counts())
    return loaded


def keep_batch(
    database: Database,
    batch: archive.Batch,
    path: Path,
    loaded: Loaded,
    this: Job,
    at: datetime,
    found: Sequence[ReferenceState] | None = None,
) -> None:
    """Store a batch and what it says of references, all in one transaction.

    Where `found` is None, open references are looked for in this batch alone.
    """
    loaded.refused += [
        {
            "file": named(path),
            "position": refusal.position,
            "pmid": refusal.pmid,
            "reason": refusal.reason,
        }
        for refusal in batch.refused
    ]
    gone = 0
    with database.write() as session:
        saved = save_records(database, session, batch.records, run=this.run, at=at)
        if batch.deleted:
            gone = len(mark_gone(database, session, batch.deleted, at=at))
        if found is None:
            found = []
            if saved.new or saved.changed:
                states = reference_states(database, session)
                found = match_references(database, states, batch.records)
        save_reference_states(session, found, run=this.run)
    this.kept = True
    # Only what is kept is counted: the transaction may have failed until here.
    loaded.saved += saved
    loaded.gone += gone
    resolved = ReferenceStanding.RESOLVED
    loaded.references += sum(1 for state in found if state.state is resolved)


def named(path: Path) -> str:
    """Return a file's name as text that can be stored; Unix allows other bytes."""
    return path.name.encode(errors="replace").decode()


def match_references(
    database: Database,
    states: Mapping[int, ReferenceState],
    records: Iterable[Record],
) -> list[ReferenceState]:
    """Return the references that nobody had found and that these records are."""
    index = Index(records)
    found: list[ReferenceState] = []
    for number, state in states.items():
        if state.state is not ReferenceStanding.UNRESOLVED:
            continue
        reference = database.protocol.references[number]
        resolution = match(reference, index.candidates(reference))
        if resolution.state is ReferenceStanding.RESOLVED:
            found.append(
                ReferenceState(
                    number=number,
                    state=ReferenceStanding.RESOLVED,
                    pmid=resolution.pmid,
                    method=resolution.method,
                    agreements=tuple(resolution.agreements),
                )
            )
    return found


def extract(
    database: Database,
    extractor: Extractor,
    *,
    everything: bool = False,
    clock: Clock = now,
    progress: Progress = lambda _: None,
) -> Proposed:
    """Read what this extractor has not read yet, or everything again."""
    with job(database, RunKind.EXTRACT, clock, extractor.version) as this:
        return read_unread(
            database, extractor, this, everything=everything, progress=progress
        )


def read_unread(
    database: Database,
    extractor: Extractor,
    this: Job,
    *,
    everything: bool = False,
    progress: Progress = lambda _: None,
) -> Proposed:
    """Read, within an open run, what this extractor has not read yet."""
    proposed = Proposed()
    failed: list[int] = []
    count = 0
    try:
        for batch in _to_read(database, extractor.version, everything):
            readings = _read(extractor, batch, failed)
            with database.write() as session:
                proposed += save_drafts(
                    database,
                    session,
                    readings,
                    extractor=extractor.version,
                    run=this.run,
                )
            this.kept = True
            count += len(batch)
            progress(len(batch))
    finally:
        this.counts.update(asdict(proposed), records_read=count, unreadable=failed)
    return proposed


def _read(
    extractor: Extractor, batch: list[Record], failed: list[int]
) -> list[tuple[Record, tuple[Draft, ...]]]:
    """Read the records of a batch; one that breaks the extractor is left unread."""
    found: list[tuple[Record, tuple[Draft, ...]]] = []
    for record in batch:
        try:
            found.append((record, extractor.drafts(record)))
        except Exception:
            # Whatever a text does to the extractor must not end a night's run, and
            # the run says which record it was; the next version reads it again.
            logger.exception("PMID %s could not be read; skipped", record.pmid)
            failed.append(record.pmid)
    return found


def _to_read(
    database: Database, extractor: str, everything: bool
) -> Iterator[list[Record]]:
    after = 0
    while True:
        with database.read() as session:
            batch = (
                records(session, after, READ_AT_ONCE)
                if everything
                else unread(session, extractor, READ_AT_ONCE, after)
            )
        if not batch:
            return
        yield batch
        after = batch[-1].pmid


def claims_of_files(
    extractor: Extractor, files: Iterable[Path]
) -> Iterator[tuple[Record, tuple[Draft, ...]]]:
    """Yield records and their claims, with no database: records in, claims out."""
    for path in files:
        for batch in archive.read(path):
            yield from extractor.stream(batch.records)
