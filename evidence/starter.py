"""The starter library: real studies, told in this project's own words.

It exists so that a newcomer sees a living site without a network. Digests are for
demonstration only; they never enter a release.
"""

import re
from pathlib import Path

from pydantic import Field as Bounded

from evidence.protocol import Protocol
from evidence.records import (
    Author,
    PartialDate,
    Record,
    Section,
    TextSource,
    normalise,
)
from evidence.tables import TomlFile
from evidence.vocabulary import Row, Term

CURATOR = "starter-library"
"""Who decided on the starter's claims: the project, not a clinician."""

_INITIALS = re.compile(r"^[A-Z]{1,4}$")


class DigestSection(Row):
    """A labelled part of a digest."""

    label: str | None = None
    text: Term


class StarterStudy(Row):
    """A record's true bibliographic facts, and a digest of its abstract."""

    pmid: int = Bounded(ge=1, le=999_999_999)
    title: Term
    authors: tuple[Term, ...] = ()
    et_al: bool = False
    journal: str | None = None
    year: int | None = None
    volume: str | None = None
    issue: str | None = None
    pages: str | None = None
    doi: str | None = None
    publication_types: tuple[Term, ...] = ()
    registry: tuple[Term, ...] = ()
    mesh: tuple[Term, ...] = ()
    sections: tuple[DigestSection, ...] = Bounded(min_length=1)
    note: str | None = None


def folder(protocol: Protocol) -> Path:
    """Return where a protocol keeps its starter library, if it has one."""
    return protocol.folder / "starter"


def ledger(protocol: Protocol) -> Path:
    """Return the file of the decisions on the starter's claims."""
    return folder(protocol) / "ledger.jsonl"


def records(protocol: Protocol) -> list[Record]:
    """Return the starter's records, their text marked as digests.

    Raises
    ------
    ProtocolError
        Where the folder has no `starter/studies.toml`, or a row in it is wrong.
    """
    file = TomlFile(folder(protocol) / "studies.toml")
    file.only("study")
    return [_record(found.row) for found in file.rows("study", StarterStudy)]


def _record(study: StarterStudy) -> Record:
    return Record(
        pmid=study.pmid,
        title=normalise(study.title),
        sections=tuple(
            Section(
                text=normalise(section.text),
                label=section.label,
                category=section.label,
            )
            for section in study.sections
        ),
        doi=study.doi,
        journal=study.journal,
        volume=study.volume,
        issue=study.issue,
        pages=study.pages,
        published=PartialDate(year=study.year) if study.year else None,
        publication_types=study.publication_types,
        mesh=study.mesh,
        authors=tuple(_author(name) for name in study.authors),
        registry_ids=study.registry,
        text_source=TextSource.DIGEST,
    )


def _author(name: str) -> Author:
    family, _, initials = name.rpartition(" ")
    if family and _INITIALS.match(initials):
        return Author(family=family, initials=initials)
    return Author(collective=name)
