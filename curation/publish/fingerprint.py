"""Digests of a library: of what readers are told, and of all that pages are made of."""

import hashlib
from collections.abc import Iterator
from dataclasses import fields, replace
from typing import Any

from pydantic import TypeAdapter
from pydantic_core import to_jsonable_python

from curation import __version__
from curation.publish import scores
from curation.publish.templates import sources
from evidence.cells import Cell
from evidence.claims import Claim
from evidence.documents import digest, write_json, write_record
from evidence.library import Library, ReferenceState, Study

_CELL = TypeAdapter(Cell)
_CLAIM = TypeAdapter(Claim)
_STUDY = TypeAdapter(Study)
_STATE = TypeAdapter(ReferenceState)
_TOLD = ("protocol", "demonstration", "searched", "cells", "claims", "records")
_APART = (
    *_TOLD,
    "studies",
    "references",
    "gone",
    "fidelity",
    "statements",
    "releases",
    "release",
    "addresses",
)
"""Fields of a library that are told already, or say what was published of it."""


def digest_of(library: Library) -> str:
    """Return a digest of what readers are told, but for counts and dates of runs.

    A cell's findings, every claim's status and wording, the records behind them, the
    references, the protocol, the program and the words of the site.
    """
    return _digest(_told(library))


def whole_digest_of(library: Library, told: str) -> str:
    """Return a digest of everything that pages are made from, but for releases.

    Parameters
    ----------
    library
        What would be published.
    told
        Its `digest_of`.
    """
    return _digest(_rest(library, told))


def with_its_release(library: Library) -> Library:
    """Return the library, knowing the release that it is; None where it is none."""
    newest = next(iter(library.releases), None)
    if newest is None:
        return library
    same = newest.library_sha256 == whole_digest_of(library, digest_of(library))
    return replace(library, release=newest if same else None)


def _digest(parts: Iterator[str]) -> str:
    told = hashlib.sha256()
    for part in parts:
        told.update(digest(part).encode())
    return told.hexdigest()


def _told(library: Library) -> Iterator[str]:
    yield __version__
    yield library.protocol.sha256
    kept = scores.path_of(library.protocol)
    yield kept.read_text(encoding="utf-8") if kept.is_file() else ""
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
    for use, label in sorted(library.fidelity.items()):
        yield write_json([use, to_jsonable_python(label)])
    for key, statement in sorted(library.statements.items()):
        yield write_json([*key, to_jsonable_python(statement)])
    folder = sources()
    for path in sorted((folder / "site").rglob("*")):
        if path.is_file():
            yield path.relative_to(folder).as_posix()
            yield hashlib.sha256(path.read_bytes()).hexdigest()
    yield (folder / "mkdocs.yml").read_text(encoding="utf-8")


def _rest(library: Library, told: str) -> Iterator[str]:
    yield told
    for field in fields(library):
        if field.name not in _APART:
            value = to_jsonable_python(getattr(library, field.name))
            yield write_json([field.name, value])


def _json(of: TypeAdapter[Any], value: object) -> str:
    return write_json(of.dump_python(value, mode="json"))
