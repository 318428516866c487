"""Publishing a database's evidence, and what the database keeps of it: a run."""

from pathlib import Path
from typing import Any

from curation.clock import Clock, now
from curation.jobs import Tell, job, who
from curation.publish.build import Published, publish
from curation.publish.fingerprint import with_its_release
from evidence.database import Database
from evidence.library import Library, RunKind
from evidence.queries import library as libraries


def publish_site(
    database: Database,
    output: Path,
    *,
    clock: Clock = now,
    progress: Tell | None = None,
) -> Published:
    """Publish the site from what the database holds now, and keep that it was done.

    Parameters
    ----------
    database
        Where the evidence is.
    output
        The folder of the site.
    clock
        The present.
    progress
        Told the stage, how much of it is done, and of how much if that is known.
    """
    with job(database, RunKind.PUBLISH, clock) as this:
        # Opening a run closes those that died, and readers are told of runs.
        with database.read() as session:
            found = libraries.library(database, session)
        published = publish(with_its_release(found), output, progress=progress)
        this.counts |= told(found, published)
    return published


def told(found: Library, published: Published) -> dict[str, Any]:
    """Return what a run keeps of a publication: who, what and where."""
    decided, searched = found.last_decision, found.last_search
    return {
        "by": who(),
        "site": placed(published.output),
        "pages": published.pages,
        "changed": published.changed,
        "accepted_claims": sum(c.status.counts for c in found.claims.values()),
        "last_decision": decided.isoformat() if decided else None,
        "last_search": searched.date().isoformat() if searched else None,
    }


def placed(path: Path) -> str:
    """Return a file's whole place as text that can be stored."""
    return str(path.absolute()).encode(errors="replace").decode()
