"""Publish where anything public has changed since the last publication; else rest."""

import hashlib
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from curation.clock import Clock, now
from curation.errors import PublishError
from curation.jobs import Tell, job
from curation.locks import only_one
from curation.publication import placed, told
from curation.publish.build import Published, publish
from curation.publish.fingerprint import digest_of, whole_digest_of
from curation.publish.releases import numbered
from evidence.database import Database
from evidence.library import Library, Run, RunKind, RunOutcome
from evidence.queries import library as libraries
from evidence.queries.runs import runs
from evidence.store.releases import save_release

FRESH = timedelta(days=7)
"""How far the dates and counts at the foot of a page may lag behind.

They change with every search. A site that was left alone for longer would tell its
readers that nobody has searched since.
"""

RUNS_LOOKED_AT = 1_000


@dataclass(frozen=True, slots=True)
class Released:
    """Whether the site was built, and why."""

    why: str | None
    """None where nothing had changed, so that nothing was built."""
    published: Published | None = None
    number: int | None = None
    """The release that the site is; the same state twice is one release."""


def release(
    database: Database,
    output: Path,
    *,
    clock: Clock = now,
    tell: Tell = lambda *_: None,
) -> Released:
    """Publish the site in `output` if it would tell its readers anything else.

    Parameters
    ----------
    database
        Where the evidence is.
    output
        The folder of the site.
    clock
        The present.
    tell
        Told each stage.

    Raises
    ------
    PublishError
        Where the site could not be built; the old one stays, and the next release
        tries again. Where the database is a demonstration: nothing was built.
    AlreadyRunningError
        Where a refresh, a recheck or another release holds the database.
    """
    with only_one(database, "release or refresh"):
        with database.read() as session:
            found = libraries.library(database, session)
            earlier = runs(session, RUNS_LOOKED_AT)
        if found.demonstration:
            raise PublishError(
                f"{database.address} is a demonstration; digests never enter a "
                "release, so release from a database of records"
            )
        public = digest_of(found)
        why = _reason(found, public, output, earlier)
        if why is None:
            return Released(None)
        with job(database, RunKind.PUBLISH, clock) as this:
            # Opening a run closes those that died, and readers are told of runs.
            with database.read() as session:
                found = libraries.library(database, session)
            whole = whole_digest_of(found, public)
            newest = next(iter(found.releases), None)
            known = newest is not None and newest.library_sha256 == whole
            if known:
                found = replace(found, release=newest)
            else:
                found = numbered(found, whole, clock())
            published = publish(found, output, progress=tell)
            number = _keep(database, found, published, this.run, known=known)
            this.counts |= {
                "public_sha256": public,
                "site_sha256": _site(output),
                "why": why,
                "release": number,
                **told(found, published),
            }
    return Released(why, published, number)


def _keep(
    database: Database, found: Library, published: Published, run: int, *, known: bool
) -> int:
    """Store the release once its site stands; return its number.

    Where the site could not be built there is no release, and the next one that is
    takes the number.
    """
    release = found.release
    if release is None:  # pragma: no cover - the caller has just numbered it
        raise AssertionError("a release without a number")
    if not known:
        with database.write() as session:
            save_release(session, release, published.addresses, run=run)
    return release.number


def _reason(
    found: Library, public: str, output: Path, earlier: tuple[Run, ...]
) -> str | None:
    """Return why a site must be built, in words; None where it need not."""
    last = next(
        (
            run.counts
            for run in earlier
            if run.kind is RunKind.PUBLISH
            and run.outcome is RunOutcome.COMPLETE
            and run.counts.get("site") == placed(output)
            # `curation publish` opens such a run too, and promises nothing by it.
            and "public_sha256" in run.counts
        ),
        None,
    )
    if last is None:
        return "it was never released here"
    if _site(output) != last["site_sha256"]:
        return "the site is not the one that was released"
    if public != last["public_sha256"]:
        return "what is public has changed"
    shown, search = last["last_search"], found.last_search
    if search is not None and (
        shown is None
        or search - datetime.fromisoformat(f"{shown}T00:00+00:00") >= FRESH
    ):
        return f"the date of the last search that it shows is {FRESH.days} days old"
    return None


def _site(output: Path) -> str | None:
    """Return a digest of the site's evidence as it lies there; None without one.

    `curation publish` and a hand may have been at it since.
    """
    told = hashlib.sha256()
    for name in ("index.html", "downloads/cells.json", "downloads/claims.json"):
        path = output / name
        if not path.is_file():
            return None
        told.update(hashlib.sha256(path.read_bytes()).digest())
    return told.hexdigest()


def as_dict(released: Released) -> dict[str, Any]:
    """Return what a release did as plain JSON values."""
    made = released.published
    shown = None
    if made is not None:
        shown = asdict(made) | {"output": placed(made.output)}
        del shown["addresses"]
    return {"why": released.why, "published": shown, "release": released.number}
