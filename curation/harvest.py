"""Mined files into the database: the rows that loading and extracting would leave.

First all records, then the claims of those versions that have stayed: a later file may
bring a record anew, and what was read in its older text is no claim of it.
"""

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field, replace
from itertools import islice
from pathlib import Path

from curation import bulk, pipeline
from curation.clock import Clock, now
from curation.errors import ArchiveError
from curation.extract.claims import version
from curation.jobs import Progress, job
from curation.mined import Mined, output_of
from curation.pipeline import READ_AT_ONCE, Loaded
from curation.retrieve import releases
from curation.retrieve.releases import Release
from curation.retrieve.selection import EVERYTHING
from evidence.database import Database
from evidence.library import RunKind
from evidence.queries.files import loaded_files
from evidence.records import Record
from evidence.store.claims import Proposed, save_drafts
from evidence.store.files import remember_file
from evidence.types import Draft


@dataclass(slots=True)
class Harvest:
    """What became of mined records and claims."""

    issued: Loaded | None = None
    """From NLM's numbered files."""
    others: Loaded | None = None
    proposed: Proposed = field(default_factory=Proposed)
    issued_files: int = 0

    @property
    def missed(self) -> dict[str, list[int]]:
        """By file, PMIDs of what is held and of which mining left a version out."""
        return self.issued.missed if self.issued else {}


def load_claims(
    database: Database,
    folder: Path,
    *,
    clock: Clock = now,
    progress: Progress = lambda _: None,
    warn: Callable[[str], None] = lambda _: None,
) -> Harvest:
    """Bring in what was mined; what is stored already writes nothing.

    Parameters
    ----------
    database
        Where to.
    folder
        Where `mine` wrote to.
    clock
        The present.
    progress
        Told how many more records were read, or read for their claims.
    warn
        Told what the user should know before anything is loaded.

    Raises
    ------
    ArchiveError
        Where the files were mined by other rules than this database's, one is not
        what the manifest says or is missing, or a numbered file is left out. Files
        before it are stored.
    AlreadyRunningError
        Where another run holds the database.
    """
    mined = Mined(folder)
    rules = mined.manifest.rules
    extractor = version(database.protocol)
    if (rules.protocol, rules.extractor) != (database.protocol.sha256, extractor):
        raise ArchiveError(
            f"{folder}: was mined with extractor {rules.extractor} and protocol "
            f"{rules.protocol[:12]}, and here are {extractor} and "
            f"{database.protocol.sha256[:12]}; mine again, nothing was loaded"
        )
    issued, others = _sorted_out(mined)
    harvest = Harvest(issued_files=len(issued))
    if issued:
        harvest.issued = bulk.load(
            database,
            issued,
            everything=rules.selection == EVERYTHING,
            source=mined,
            clock=clock,
            progress=progress,
            warn=warn,
        )
    if others:
        for path in others:
            mined.digest(path)
        harvest.others = pipeline.load(
            database, others, read=mined.read, clock=clock, progress=progress
        )
    _claims(database, mined, harvest, clock, progress)
    return harvest


def _sorted_out(mined: Mined) -> tuple[list[Release], list[Path]]:
    """Return mined files as the releases that they were made from, and the others."""
    issued, others = releases.sorted_out(map(Path, mined.inputs))
    return (
        [replace(r, path=output_of(mined.folder, r.path.name)) for r in issued],
        [output_of(mined.folder, path.name) for path in others],
    )


def _claims(
    database: Database, mined: Mined, harvest: Harvest, clock: Clock, progress: Progress
) -> None:
    rules = mined.manifest.rules
    chosen = f"{rules.selection}+{rules.extractor}"
    with database.read() as session:
        done = loaded_files(session, [chosen])
    unreadable: list[int] = []
    with job(database, RunKind.EXTRACT, clock, rules.extractor) as this:
        try:
            for name, made in sorted(mined.manifest.outputs.items()):
                if (name, made.input_sha256) in done:
                    continue
                found = mined.readings(output_of(mined.folder, name))
                for readings in _batches(found):
                    whole = [(r, d) for r, d in readings if d is not None]
                    unreadable += [r.pmid for r, d in readings if d is None]
                    with database.write() as session:
                        harvest.proposed += save_drafts(
                            database,
                            session,
                            whole,
                            extractor=rules.extractor,
                            run=this.run,
                        )
                    this.kept = True
                    progress(len(readings))
                with database.write() as session:
                    remember_file(
                        session,
                        name=name,
                        sha256=made.input_sha256,
                        selection=chosen,
                        run=this.run,
                    )
        finally:
            this.counts.update(asdict(harvest.proposed), unreadable=unreadable)


_Reading = tuple[Record, tuple[Draft, ...] | None]


def _batches(found: Iterator[_Reading]) -> Iterator[list[_Reading]]:
    while batch := list(islice(found, READ_AT_ONCE)):
        yield batch
