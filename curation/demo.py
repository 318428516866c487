"""The demonstration: the starter library, decided by the project, as a site."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from curation import pipeline
from curation.clock import Clock, now
from curation.extract.claims import Extractor
from curation.jobs import job
from curation.ledgers import import_decisions
from curation.publication import publish_site
from curation.publish.build import Published
from curation.retrieve import archive
from evidence import ledger, starter
from evidence.database import Database, create_database, open_database, sqlite_url
from evidence.errors import DatabaseError, EvidenceError
from evidence.library import RunKind
from evidence.protocol import Protocol


@dataclass(frozen=True, slots=True)
class Demonstration:
    """What the demonstration made, and where."""

    database: Path
    site: Path
    decisions: int
    published: Published


def demonstrate(
    protocol: Protocol, output: Path, *, say: Callable[[str], None] = lambda _: None
) -> Demonstration:
    """Build the demonstration site, with a database of its own beside it.

    Parameters
    ----------
    protocol
        One with a `starter/` folder.
    output
        The folder of the site; the database is `<output>.sqlite`.
    say
        Told in a sentence what happens next.
    """
    output = output.absolute()
    path = output.with_name(f"{output.name}.sqlite")
    url = sqlite_url(path)
    if path.exists():
        _remove_demonstration(path, url, protocol)
    say("Loading the starter library: real studies in the project's own words.")
    database = create_database(url, protocol, demonstration=True)
    try:
        imported = load_starter(database)
        say("Reading the digests for further claims; those await review.")
        pipeline.extract(database, Extractor(protocol))
        say("Building the site.")
        published = publish_site(database, output)
    finally:
        database.close()
    return Demonstration(
        database=path, site=output, decisions=imported.new, published=published
    )


def _remove_demonstration(path: Path, url: str, protocol: Protocol) -> None:
    """Remove an earlier demonstration, and nothing that is not one."""
    if path.stat().st_size == 0:
        path.unlink()
        return
    database = open_database(url, protocol)
    try:
        with database.read() as session:
            demonstration = database.meta(session, "demonstration") == "1"
    finally:
        database.close()
    if not demonstration:
        raise DatabaseError(
            f"{path} is a database of real evidence, not a demonstration; "
            "choose another folder with --output"
        )
    for suffix in ("", "-wal", "-shm"):
        with suppress(FileNotFoundError):
            path.with_name(path.name + suffix).unlink()


def load_starter(database: Database, *, clock: Clock = now) -> ledger.Imported:
    """Load the starter library and the project's decisions on it.

    Raises
    ------
    EvidenceError
        Where the database is not a demonstration's: digests are no evidence.
    """
    with database.read() as session:
        if database.meta(session, "demonstration") != "1":
            raise EvidenceError(
                f"{database.address} is no demonstration; digests are only loaded "
                "by `curation demo`, into a database of its own"
            )
    told = tuple(starter.records(database.protocol))
    with job(database, RunKind.LOAD, clock) as this:
        batch = archive.Batch(records=told, refused=(), deleted=())
        loaded = pipeline.Loaded()
        path = starter.folder(database.protocol) / "studies.toml"
        pipeline.keep_batch(database, batch, path, loaded, this, clock())
        this.counts.update(loaded.counts())
    return import_decisions(database, starter.ledger(database.protocol), clock=clock)
