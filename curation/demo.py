"""The demonstration: the starter library, decided by the project, as a site."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from curation import pipeline
from curation.extract.claims import Extractor
from curation.publish.build import Published
from evidence.database import create_database, open_database, sqlite_url
from evidence.errors import DatabaseError
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
        imported = pipeline.load_starter(database)
        say("Reading the digests for further claims; those await review.")
        pipeline.extract(database, Extractor(protocol))
        say("Building the site.")
        published = pipeline.publish_site(database, output)
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
