"""Publish where anything public has changed since the last publication; else rest."""

import hashlib
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from curation import __version__
from curation.errors import PublishError
from curation.fetching import Tell
from curation.jobs import Clock, job, now
from curation.locks import only_one
from curation.publication import placed, told
from curation.publish.build import Published, publish
from curation.publish.templates import sources
from evidence.cells import Cell
from evidence.claims import Claim
from evidence.database import Database
from evidence.documents import digest, write_json, write_record
from evidence.library import Library, ReferenceState, Run, RunKind, RunOutcome, Study
from evidence.queries import library as libraries
from evidence.queries.runs import runs

FRESH = timedelta(days=7)
"""How far the dates and counts at the foot of a page may lag behind.

They change with every search. A site that was left alone for longer would tell its
readers that nobody has searched since.
"""

RUNS_LOOKED_AT = 1_000

_CELL = TypeAdapter(Cell)
_CLAIM = TypeAdapter(Claim)
_STUDY = TypeAdapter(Study)
_STATE = TypeAdapter(ReferenceState)


@dataclass(frozen=True, slots=True)
class Released:
    """Whether the site was built, and why."""

    why: str | None
    """None where nothing had changed, so that nothing was built."""
    published: Published | None = None


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
            published = publish(found, output, progress=tell)
            this.counts |= {
                "public_sha256": public,
                "site_sha256": _site(output),
                "why": why,
                **told(found, published),
            }
    return Released(why, published)


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


def digest_of(library: Library) -> str:
    """Return a digest of what readers are told, but for counts and dates of runs.

    A cell's findings, every claim's status and wording, the records behind them, the
    references, the protocol, the program and the words of the site.
    """
    told = hashlib.sha256()
    for part in _parts(library):
        told.update(digest(part).encode())
    return told.hexdigest()


def _parts(library: Library) -> Iterator[str]:
    yield __version__
    yield library.protocol.sha256
    yield write_json([library.demonstration, sorted(library.searched)])
    for _, cell in sorted(library.cells.items()):
        yield _json(_CELL, cell)
    for _, claim in sorted(library.claims.items()):
        yield _json(_CLAIM, claim)
    for _, record in sorted(library.records.items()):
        yield write_record(record)
    for _, study in sorted(library.studies.items()):
        yield _json(_STUDY, study)
    for _, state in sorted(library.references.items()):
        yield _json(_STATE, state)
    yield write_json([[p, g.merged_into] for p, g in sorted(library.gone.items())])
    folder = sources()
    for path in sorted((folder / "site").rglob("*")):
        if path.is_file():
            yield path.relative_to(folder).as_posix()
            yield hashlib.sha256(path.read_bytes()).hexdigest()
    yield (folder / "mkdocs.yml").read_text(encoding="utf-8")


def _json(of: TypeAdapter[Any], value: object) -> str:
    return write_json(of.dump_python(value, mode="json"))


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
    shown = None if made is None else asdict(made) | {"output": placed(made.output)}
    return {"why": released.why, "published": shown}
