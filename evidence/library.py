"""All that is known at one moment, as values: what publishing is made from."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from evidence.agreement import Agreement
from evidence.cells import Cell
from evidence.claims import Claim
from evidence.decisions import Status
from evidence.fidelity import FidelityLabel
from evidence.protocol import Protocol
from evidence.rechecking import FactCheck
from evidence.records import Record
from evidence.scorecard import Scorecard
from evidence.statements import CellStatement
from evidence.types import Role

CellKey = tuple[str, str, Role]
"""Treatment, domain, role."""


class ReferenceStanding(StrEnum):
    """How far a printed reference has been traced to a PubMed record."""

    UNRESOLVED = "unresolved"
    """Nobody has looked yet; not the same as `NOT_FOUND`."""
    RESOLVED = "resolved"
    AMBIGUOUS = "ambiguous"
    NOT_FOUND = "not_found"
    NOT_INDEXED = "not_indexed"
    MALFORMED = "malformed"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferenceState:
    """Where a reference stands, and why it was believed."""

    number: int
    state: ReferenceStanding
    pmid: int | None = None
    method: str | None = None
    agreements: tuple[str, ...] = ()
    """The independent fields that agree: "doi", "year", "first_author" ..."""
    candidates: tuple[Mapping[str, Any], ...] = ()
    """Near misses, for a curator to see."""


class LinkSource(StrEnum):
    """Who says that a record reports a study."""

    REGISTRY = "registry"
    """PubMed's DataBankList."""
    TEXT = "text"
    """A registration number printed in title or abstract; a proposal."""
    CURATOR = "curator"
    NONE = "none"
    """No registration known: the record is its own study."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gone:
    """That PubMed no longer has a record, or has it under another PMID."""

    seen: datetime
    merged_into: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyLink:
    """That a curator says which study a record reports."""

    pmid: int
    curator: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Study:
    """The reports of one trial. The unit of counting."""

    id: str
    pmids: tuple[int, ...]
    source: LinkSource
    links: tuple[StudyLink, ...] = ()
    """Of its reports, those that a curator linked."""


class RunKind(StrEnum):
    """What a run did."""

    LOAD = "load"
    EXTRACT = "extract"
    RECHECK = "recheck"
    REFERENCES = "references"
    DECISIONS = "decisions"
    REFRESH = "refresh"
    PUBLISH = "publish"


class RunOutcome(StrEnum):
    """How a run ended."""

    COMPLETE = "complete"
    PARTIAL = "partial"
    """It ended half-way; what it had stored is kept, and the next run goes on."""
    FAILED = "failed"
    INTERRUPTED = "interrupted"
    """Its process ended before it could say how."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One job and its counts."""

    id: int
    kind: RunKind
    started: datetime
    finished: datetime | None
    outcome: RunOutcome | None
    counts: Mapping[str, Any] = field(default_factory=dict)
    versions: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchDone:
    """The newest complete run of one of the protocol's searches."""

    search: str
    query: str
    """As it was sent."""
    window_start: str | None
    """First day of the window, as a date; None where all years were searched."""
    found: int
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CellChange:
    """What a cell said in one release, and in the next; None where nothing."""

    treatment: str
    domain: str
    role: Role
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """A numbered state of what is published, which can be made again from it."""

    number: int
    at: datetime
    library_sha256: str
    """Digest of everything that the pages are made from."""
    downloads_sha256: str
    """Digest of the checksums of all downloads."""
    versions: Mapping[str, str] = field(default_factory=dict)
    counts: Mapping[str, int] = field(default_factory=dict)
    sentences: Mapping[str, str] = field(default_factory=dict)
    """What each cell with a finding says, by its three keys joined by a slash."""
    changes: tuple[CellChange, ...] = ()
    """Cells that say something else than in the release before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """How many records went which way, from PubMed to a count; for PRISMA's boxes.

    `records` = `unread` + `without_claim` + `waiting` + `excluded` + `included`.
    """

    records: int
    unread: int
    """Not read yet, and without a claim."""
    without_claim: int
    waiting: int
    """With claims, none accepted, and a person still has to decide on one."""
    excluded: int
    """With claims, all of which are rejected or withdrawn."""
    included: int
    """With an accepted claim."""
    reasons: Mapping[str, int] = field(default_factory=dict)
    """How many claims were rejected for which reason."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Library:
    """A protocol and everything gathered, proposed and decided under it.

    Two libraries that are equal publish the same bytes.
    """

    protocol: Protocol
    cells: Mapping[CellKey, Cell]
    """Every cell that a claim of any status touches; others are empty."""
    claims: Mapping[str, Claim]
    records: Mapping[int, Record]
    """The records that claims quote and references resolve to."""
    studies: Mapping[str, Study]
    references: Mapping[int, ReferenceState]
    gone: Mapping[int, Gone] = field(default_factory=dict)
    """Of the records, those that PubMed no longer has."""
    searched: frozenset[str] = frozenset()
    """Treatments that a complete search has asked for."""
    searches: tuple[SearchDone, ...] = ()
    """The newest complete run of each search, in the protocol's order."""
    last_search: datetime | None = None
    last_decision: datetime | None = None
    record_count: int = 0
    """All records held, those without any claim included."""
    without_abstract: int = 0
    statuses: Mapping[Status, int] = field(default_factory=dict)
    runs: tuple[Run, ...] = ()
    """Newest first."""
    extractor: str | None = None
    agreement: Mapping[str, Agreement] = field(default_factory=dict)
    """How far two blind curators agree: the verdict, then each field; or nothing."""
    scorecard: Scorecard | None = None
    """The extractor's marks on the random slices; None where nothing was judged."""
    demonstration: bool = False
    """Digests count, and every page says so."""
    fidelity: Mapping[str, FidelityLabel] = field(default_factory=dict)
    """What curators say of a reference at an assertion, by "<assertion>/<number>"."""
    fact_checks: Mapping[str, FactCheck] = field(default_factory=dict)
    """When curators last compared regulatory facts with their sources, by fact."""
    statements: Mapping[CellKey, CellStatement] = field(default_factory=dict)
    """What a named person says of a cell, in words that two others approved."""
    flow: Flow | None = None
    releases: tuple[Release, ...] = ()
    """Newest first."""
    release: Release | None = None
    """The release that this library is; None between two of them."""
    addresses: frozenset[str] = frozenset()
    """Pages that any release held."""

    def cell(self, treatment: str, domain: str, role: Role) -> Cell:
        """Return the cell, an empty one where nothing touches it."""
        found = self.cells.get((treatment, domain, role))
        return found or Cell(treatment=treatment, domain=domain, role=role)

    def by_role(self, treatment: str, domain: str) -> dict[Role, Cell]:
        """Return the cells of a treatment and domain that hold anything, by role."""
        keys = ((role, (treatment, domain, role)) for role in Role)
        return {role: self.cells[key] for role, key in keys if key in self.cells}

    def claims_of(self, ids: Iterable[str]) -> tuple[Claim, ...]:
        """Return the claims with these ids, in the same order."""
        return tuple(self.claims[i] for i in ids)
