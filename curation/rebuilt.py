"""The proof that records and ledger rebuild the site, for any database."""

import tempfile
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from sqlmodel import Session

from curation.publish.build import source_files
from curation.publish.catalogue import Catalogue
from curation.publish.fingerprint import with_its_release
from evidence.database import Database, create_database, sqlite_url
from evidence.queries.library import library
from evidence.rebuilding import rebuild
from evidence.verification import verify


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """How a rebuilt database differs from the one that it was made from."""

    decisions: int
    files: int
    """Pages and downloads that were compared."""
    problems: tuple[str, ...]
    """Files that differ, and promises that the rebuilt database breaks."""


def rebuilt(database: Database) -> Rebuilt:
    """Rebuild a database from its records and its ledger, and compare the sites.

    Nothing is written but a temporary SQLite file. What is compared is everything
    that the site tool would be given: Markdown, downloads, feeds, assets.

    Raises
    ------
    LedgerError
        Where a decision cannot be taken again.
    """
    with (
        tempfile.TemporaryDirectory(prefix="trd-evidence-") as folder,
        closing(
            create_database(sqlite_url(Path(folder) / "again"), database.protocol)
        ) as again,
        database.read() as session,
    ):
        imported = rebuild(session, again)
        ours = pages_of(database, session)
        with again.read() as made:
            problems = list(verify(again, made))
            theirs = pages_of(again, made)
    names = sorted(ours.keys() | theirs.keys())
    problems += [
        f"{name} is not rebuilt as it stands"
        for name in names
        if ours.get(name) != theirs.get(name)
    ]
    return Rebuilt(imported.new, len(names), tuple(problems))


def pages_of(database: Database, session: Session) -> dict[str, bytes]:
    """Return everything that the site tool would be given, by its path."""
    found = with_its_release(library(database, session))
    return source_files(Catalogue(found), lambda *_: None)[0]
