"""PubMed from NLM's own files: the yearly baseline, and each day's update file.

A whole baseline has tens of millions of records. Kept are those that the nightly run
would fetch: what the protocol's searches find, the review's references, newer papers
that cite them, and every later version of what is held. Batches are stored as they
come; a file is remembered once its last one is, so that a load which was broken off
starts again with the file that it was in, and writes nothing twice.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Protocol

from curation.clock import Clock, now
from curation.jobs import Job, Progress, job
from curation.locks import only_one
from curation.pipeline import Loaded, keep_batch
from curation.resolving import state_of
from curation.retrieve import archive, releases
from curation.retrieve.cited import Wanted
from curation.retrieve.releases import Release
from curation.retrieve.selection import EVERYTHING, Selection
from evidence.database import Database
from evidence.library import ReferenceStanding, ReferenceState, RunKind
from evidence.queries.files import loaded_files
from evidence.queries.records import held_among
from evidence.queries.references import reference_states
from evidence.records import Record
from evidence.store.files import remember_file


class Source(Protocol):
    """How the files are read: NLM's own, or what was mined from them."""

    def digest(self, path: Path) -> tuple[str, bool]:
        """Return the sha256 of NLM's file, and whether its checksum agreed."""

    def read(self, path: Path, cited: Collection[int], /) -> Iterator[archive.Batch]:
        """Yield its batches; of XML it is told which records cite one of these."""


class _Originals:
    def digest(self, path: Path) -> tuple[str, bool]:
        return releases.digest(path)

    def read(self, path: Path, cited: Collection[int]) -> Iterator[archive.Batch]:
        return archive.read(path, cited=cited)


ORIGINALS = _Originals()


def load(
    database: Database,
    given: Sequence[Release],
    *,
    everything: bool = False,
    source: Source = ORIGINALS,
    clock: Clock = now,
    progress: Progress = lambda _: None,
    warn: Callable[[str], None] = lambda _: None,
) -> Loaded:
    """Load baseline and update files in their order, each once.

    Parameters
    ----------
    database
        Where to.
    given
        The files, in order, as `releases.sorted_out` returns them.
    everything
        Keep every record, whether or not a search of the protocol finds it.
    source
        How the files are read.
    clock
        The present.
    progress
        Told how many more records were read.
    warn
        Told what the user should know before anything is loaded.

    Raises
    ------
    ArchiveError
        Where a number is left out between these files and those loaded before, a
        checksum is another one, or a file cannot be read whole. Files before it are
        loaded; of the one with another checksum, nothing is.
    AlreadyRunningError
        Where another run holds the database.
    """
    selection = None if everything else Selection(database.protocol)
    chosen = selection.id if selection else EVERYTHING
    loaded = Loaded()
    with only_one(database, "load"):
        with database.read() as session:
            done = loaded_files(session, [chosen, EVERYTHING])
            states = reference_states(database, session)
        warning = releases.check_order(given, {name for name, _ in done})
        if warning is not None:
            warn(warning)
        choice = _Choice(database, selection, states)
        with job(database, RunKind.LOAD, clock) as this:
            this.counts["files"] = [release.name for release in given]
            try:
                for release in given:
                    sha256, verified = source.digest(release.path)
                    if (release.name, sha256) in done:
                        loaded.loaded_before.append(release.name)
                        continue
                    if not verified:
                        loaded.unverified.append(release.name)
                    _load(release, choice, source, loaded, this, clock, progress)
                    if release.name in loaded.missed:
                        continue
                    with database.write() as session:
                        remember_file(
                            session,
                            name=release.name,
                            sha256=sha256,
                            selection=chosen,
                            run=this.run,
                        )
            finally:
                this.counts.update(loaded.counts())
    return loaded


def _load(
    release: Release,
    choice: "_Choice",
    source: Source,
    loaded: Loaded,
    this: Job,
    clock: Clock,
    progress: Progress,
) -> None:
    for batch in source.read(release.path, choice.references):
        found = choice.look(batch.records)
        kept = replace(batch, records=choice.of(batch))
        loaded.outside += len(batch.records) - len(kept.records) + len(batch.left_out)
        if missed := choice.known(batch.left_out):
            loaded.missed.setdefault(release.name, []).extend(sorted(missed))
        if kept.records or kept.deleted or kept.refused or found:
            keep_batch(
                choice.database, kept, release.path, loaded, this, clock(), found
            )
        progress(len(batch.records) + len(batch.refused))


class _Choice:
    """Which records of a file are kept."""

    def __init__(
        self,
        database: Database,
        selection: Selection | None,
        states: dict[int, ReferenceState],
    ) -> None:
        self.database = database
        self._selection = selection
        self._since = database.protocol.since
        open_ = (ReferenceStanding.UNRESOLVED, ReferenceStanding.NOT_FOUND)
        self._wanted = Wanted(
            database.protocol.references[number]
            for number, state in states.items()
            if state.state in open_ and state.method is None
        )
        self.references = {s.pmid for s in states.values() if s.pmid is not None}
        """PMIDs of references; it grows while files are read."""
        self._told: dict[int, ReferenceState] = {}

    def look(self, records: Sequence[Record]) -> list[ReferenceState]:
        """Return what these records tell anew of references not found before."""
        found = self._wanted.among(records)
        states = [state_of(number, one) for number, one in sorted(found.items())]
        fresh = [s for s in states if s != self._told.get(s.number)]
        self._told.update((s.number, s) for s in fresh)
        self.references.update(s.pmid for s in fresh if s.pmid is not None)
        return fresh

    def of(self, batch: archive.Batch) -> tuple[Record, ...]:
        """Return the records of a batch that are kept."""
        if self._selection is None:
            return batch.records
        known = self.known([record.pmid for record in batch.records])
        finds = self._selection.finds
        return tuple(
            record
            for record in batch.records
            if record.pmid in known
            or (record.pmid in batch.citing and self._is_new(record))
            or finds(record)
        )

    def known(self, pmids: Collection[int]) -> set[int]:
        """Return which of some PMIDs are held, or are a reference's."""
        if not pmids:
            return set()
        with self.database.read() as session:
            held = held_among(session, pmids)
        return held | self.references.intersection(pmids)

    def _is_new(self, record: Record) -> bool:
        return record.created is not None and record.created >= self._since
