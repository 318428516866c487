"""The tables. Rows are written from checked values, and only by `evidence.store`.

SQLModel does not validate table rows, so every rule that must hold is a named
constraint here, and every value was a type of `evidence.types` before.
"""

from datetime import datetime
from typing import ClassVar

from sqlalchemy import (
    CheckConstraint,
    ForeignKeyConstraint,
    Index,
    MetaData,
    Text,
    text,
)
from sqlmodel import Field, SQLModel

from evidence.columns import UtcDateTime, one_of
from evidence.decisions import Action, CuratorRole, Reason, Status, SubjectKind
from evidence.records import Field as TextField
from evidence.records import Retraction, TextSource
from evidence.status import DoubtKind, Tombstone
from evidence.types import Design, Direction, Role, Species, Statement

METADATA = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class Table(SQLModel):
    """The base of every table; shares the naming of constraints."""

    metadata: ClassVar[MetaData] = METADATA


class MetaRow(Table, table=True):
    """What the database remembers of itself: its protocol, whether it is a demo."""

    __tablename__ = "meta"

    key: str = Field(primary_key=True)
    value: str


class RunRow(Table, table=True):
    """A job that wrote, or found that there was nothing to write."""

    __tablename__ = "run"

    id: int | None = Field(default=None, primary_key=True)
    kind: str
    started: datetime = Field(sa_type=UtcDateTime)
    finished: datetime | None = Field(default=None, sa_type=UtcDateTime)
    outcome: str | None = None
    counts: str = Field(default="{}", sa_type=Text)
    versions: str = Field(default="{}", sa_type=Text)


class RecordRow(Table, table=True):
    """The newest known version of a PubMed record."""

    __tablename__ = "record"
    __table_args__ = (
        CheckConstraint("pmid BETWEEN 1 AND 999999999", name="pmid_range"),
        CheckConstraint(
            "merged_into IS NULL OR gone_at IS NOT NULL", name="merged_is_gone"
        ),
        one_of("text_source", TextSource),
        one_of("retraction", Retraction),
    )

    pmid: int = Field(primary_key=True)
    content_sha256: str
    document: str = Field(sa_type=Text)
    text_source: str
    retraction: str
    year: int | None = None
    study: str = Field(index=True)
    link_source: str
    has_abstract: bool
    read_with: str | None = None
    """The extractor that read this version; None until one has."""
    gone_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """When PubMed was seen to have deleted it; nothing here is deleted."""
    merged_into: int | None = None
    """The PMID under which PubMed answered for it, where it did."""
    changed_run: int = Field(foreign_key="run.id")


class RecordVersionRow(Table, table=True):
    """Every version of a record that was ever seen, so that none comes back."""

    __tablename__ = "record_version"

    pmid: int = Field(primary_key=True, foreign_key="record.pmid")
    content_sha256: str = Field(primary_key=True)
    run: int = Field(foreign_key="run.id")


class TextRow(Table, table=True):
    """A version of a title or abstract; kept as long as a claim may point to it."""

    __tablename__ = "text"
    __table_args__ = (one_of("field", TextField),)

    pmid: int = Field(primary_key=True, foreign_key="record.pmid")
    field: str = Field(primary_key=True)
    sha256: str = Field(primary_key=True)
    normaliser: str
    text: str = Field(sa_type=Text)


DECIDED = text("decided_at IS NOT NULL")


class ClaimRow(Table, table=True):
    """A claim: what is proposed now, and what decisions make of it."""

    __tablename__ = "claim"
    __table_args__ = (
        ForeignKeyConstraint(
            ["pmid", "field", "text_sha256"], ["text.pmid", "text.field", "text.sha256"]
        ),
        one_of("status", Status),
        one_of("role", Role),
        one_of("direction", Direction),
        one_of("statement", Statement),
        one_of("species", Species),
        one_of("design", Design),
        one_of("tombstone", Tombstone),
        CheckConstraint("confidence BETWEEN 0 AND 1", name="confidence_range"),
        CheckConstraint("start_offset >= 0", name="start_not_negative"),
        CheckConstraint("end_offset > start_offset", name="quote_not_empty"),
        Index("ix_claim_cell", "domain", "role", "treatment", "status", "pmid"),
        # A decision reads what else was decided in its cells: a hundredth of all.
        Index(
            "ix_claim_decided",
            "domain",
            "role",
            "treatment",
            "comparator",
            sqlite_where=DECIDED,
            postgresql_where=DECIDED,
        ),
        # The review's queues seek in these: one status at a time, in their order.
        Index("ix_claim_reading", "status", "pmid", "start_offset", "id"),
        Index("ix_claim_confidence", "status", "confidence", "id"),
        Index("ix_claim_curators", "status", "curators"),
    )

    id: str = Field(primary_key=True)
    pmid: int = Field(foreign_key="record.pmid", index=True)
    fingerprint: str = Field(index=True)
    field: str
    text_sha256: str
    start_offset: int
    end_offset: int
    treatment: str
    comparator: str | None = None
    domain: str
    role: str
    direction: str
    statement: str
    species: str
    design: str
    confidence: float
    extractor: str
    status: str
    draft: str = Field(sa_type=Text)
    """The effective values as JSON: as decided, else as proposed."""
    proposal: str = Field(sa_type=Text)
    """What the extractor says now, as JSON. Never touches what was decided."""
    curators: str = Field(default="[]", sa_type=Text)
    decided_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    tombstone: str | None = None
    """Why it was withdrawn without a decision, if it was."""
    created_run: int = Field(foreign_key="run.id")


class DecisionRow(Table, table=True):
    """One decision. Triggers refuse to change or replace it."""

    __tablename__ = "decision"
    __table_args__ = (
        one_of("subject_kind", SubjectKind),
        one_of("action", Action),
        one_of("role", CuratorRole),
        one_of("reason", Reason),
        CheckConstraint(
            "action <> 'reject' OR reason IS NOT NULL", name="rejection_has_reason"
        ),
        Index("ix_decision_subject", "subject_kind", "subject_id"),
        {"sqlite_autoincrement": True},
    )

    sequence: int | None = Field(default=None, primary_key=True)
    id: str = Field(unique=True)
    subject_kind: str
    subject_id: str
    action: str
    curator: str = Field(index=True)
    role: str
    at: datetime = Field(sa_type=UtcDateTime)
    reason: str | None = None
    document: str = Field(sa_type=Text)


class AuditRow(Table, table=True):
    """What happened, chained by hashes: a line cannot go missing unseen."""

    __tablename__ = "audit"
    __table_args__ = ({"sqlite_autoincrement": True},)

    sequence: int | None = Field(default=None, primary_key=True)
    at: datetime = Field(sa_type=UtcDateTime)
    actor: str
    event: str
    subject: str
    detail: str = Field(sa_type=Text)
    previous: str
    sha256: str = Field(unique=True)


class CellRow(Table, table=True):
    """The summary of a cell: always equal to a recount of its claims."""

    __tablename__ = "cell"

    treatment: str = Field(primary_key=True)
    domain: str = Field(primary_key=True)
    role: str = Field(primary_key=True)
    body: str = Field(default="", sa_type=Text)
    """What accepted claims make of it, as JSON; empty where nobody decided."""
    unreviewed: int = 0
    rejected: int = 0
    background: int = 0
    withdrawn: int = 0
    retracted: int = 0


class ClaimCountRow(Table, table=True):
    """How many claims there are of a kind. Triggers keep it; nobody else writes it."""

    __tablename__ = "claim_count"

    domain: str = Field(primary_key=True)
    role: str = Field(primary_key=True)
    treatment: str = Field(primary_key=True)
    design: str = Field(primary_key=True)
    status: str = Field(primary_key=True)
    claims: int


class DoubtRow(Table, table=True):
    """Something that befell a record and takes confidence from claims of it."""

    __tablename__ = "doubt"
    __table_args__ = (one_of("kind", DoubtKind), one_of("field", TextField))

    pmid: int = Field(primary_key=True, foreign_key="record.pmid")
    number: int = Field(primary_key=True)
    """One after the other, from 1 on, for each record."""
    at: datetime = Field(sa_type=UtcDateTime)
    kind: str
    field: str | None = None
    before: str | None = None
    """The sha256 of the text that was replaced, where one was."""
    after: str | None = None
    """The sha256 of the text that came; None where none did."""
