"""Rows to values, where writing needs them too: claims, decisions, whole cells."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import TypeVar

import sqlalchemy
from sqlalchemy import ColumnElement, func, or_
from sqlalchemy.orm import defer
from sqlmodel import Session, col, select

from evidence.cells import Cell, Waiting, build, rows_of, touches, waiting_of
from evidence.claims import Claim
from evidence.database import Database
from evidence.decisions import Decision, Status, SubjectKind
from evidence.documents import read_draft
from evidence.library import LinkSource
from evidence.linking import linked
from evidence.models import ClaimRow, DecisionRow, DoubtRow, RecordRow, TextRow
from evidence.protocol import Protocol
from evidence.records import Field, Retraction, TextSource
from evidence.status import Doubt, DoubtKind
from evidence.types import Role, Statement

Id = TypeVar("Id", int, str)

IN_ONE_QUERY = 500
"""How many ids one query names; SQLite allows a limited number of variables."""


def parts(ids: Sequence[Id]) -> Iterator[Sequence[Id]]:
    """Yield ids as many at a time as one query may name."""
    for start in range(0, len(ids), IN_ONE_QUERY):
        yield ids[start : start + IN_ONE_QUERY]


# An attribute of a table is what `defer` asks for, and `col` is typed as less.
WITHOUT_DOCUMENT = defer(col(RecordRow.document))  # type: ignore[arg-type]
"""A claim needs four small columns of its record, never the whole of it."""


def claim_of(row: ClaimRow, record: RecordRow) -> Claim:
    """Return the claim of a row and the row of its record."""
    return Claim(
        id=row.id,
        draft=read_draft(row.draft),
        status=Status(row.status),
        study=record.study,
        year=record.year,
        retraction=Retraction(record.retraction),
        text_source=TextSource(record.text_source),
        decided_at=row.decided_at,
        curators=tuple(json.loads(row.curators)),
    )


def decisions_on(
    session: Session, kind: SubjectKind, subjects: Sequence[str]
) -> dict[str, list[Decision]]:
    """Return the decisions on each subject, oldest first."""
    found: dict[str, list[Decision]] = {subject: [] for subject in subjects}
    for part in parts(subjects):
        rows = session.exec(
            select(DecisionRow.subject_id, DecisionRow.document)
            .where(
                col(DecisionRow.subject_kind) == kind.value,
                col(DecisionRow.subject_id).in_(part),
            )
            # By when they were taken: two curators who exchange ledgers must end
            # with the same statuses, whichever line was stored first.
            .order_by(col(DecisionRow.at), col(DecisionRow.sequence))
        )
        for subject, document in rows:
            found[subject].append(Decision.from_dict(json.loads(document)))
    return found


def doubts_on(session: Session, pmids: Iterable[int]) -> dict[int, list[Doubt]]:
    """Return what befell each record, oldest first."""
    wanted = sorted(set(pmids))
    found: dict[int, list[Doubt]] = {pmid: [] for pmid in wanted}
    for part in parts(wanted):
        rows = session.exec(
            select(DoubtRow)
            .where(col(DoubtRow.pmid).in_(part))
            .order_by(col(DoubtRow.pmid), col(DoubtRow.number))
        )
        for row in rows:
            found[row.pmid].append(
                Doubt(
                    at=row.at,
                    kind=DoubtKind(row.kind),
                    field=Field(row.field) if row.field is not None else None,
                    sha256=row.before,
                    before=_text(session, row, row.before),
                    after=_text(session, row, row.after),
                )
            )
    return found


def _text(session: Session, row: DoubtRow, sha256: str | None) -> str:
    """Return a version of a text; "" where there was none."""
    key = (row.pmid, row.field, sha256)
    return session.get_one(TextRow, key).text if sha256 is not None else ""


def moment_after(
    session: Session, kind: SubjectKind, subject: str, now: datetime
) -> datetime:
    """Return the present, or the moment after all that is known of a subject.

    Decisions count in the order of their times. What another clock dated into the
    future, or this one before it was set back, must not outweigh what is decided in
    full view of it; nor may a doubt that was seen before.
    """
    known = [d.at for d in decisions_on(session, kind, [subject])[subject]]
    row = session.get(ClaimRow, subject) if kind is SubjectKind.CLAIM else None
    if row is not None:
        known += [doubt.at for doubt in doubts_on(session, [row.pmid])[row.pmid]]
    return max([now, *(at + timedelta(microseconds=1) for at in known)])


def link_decisions(session: Session, pmids: Sequence[int]) -> dict[int, Decision]:
    """Return the decision by which a curator linked a record to a study, by PMID."""
    found = decisions_on(session, SubjectKind.STUDY_LINK, [str(p) for p in pmids])
    links = {int(pmid): linked(decisions) for pmid, decisions in found.items()}
    return {pmid: link for pmid, link in links.items() if link is not None}


def study_links(session: Session, pmids: Sequence[int]) -> dict[int, dict[str, str]]:
    """Return the columns of records in which curators overrule PubMed, by PMID."""
    return {
        pmid: {"study": link.snapshot["study"], "link_source": LinkSource.CURATOR.value}
        for pmid, link in link_decisions(session, pmids).items()
    }


def decided_in(
    database: Database,
    session: Session,
    domain: str,
    role: Role,
    treatments: Iterable[str],
) -> dict[str, list[Claim]]:
    """Return the claims on which somebody decided, by each cell that they stand in."""
    wanted = set(treatments)
    found: dict[str, list[Claim]] = defaultdict(list)
    rows = session.exec(
        select(ClaimRow, RecordRow)
        .join(RecordRow, col(ClaimRow.pmid) == col(RecordRow.pmid))
        .where(
            *_standing_in(database.protocol, domain, role, wanted),
            col(ClaimRow.decided_at).is_not(None),
        )
        .options(WITHOUT_DOCUMENT)
    )
    for row, record in rows:
        claim = claim_of(row, record)
        for treatment in wanted.intersection(touches(claim.draft, database.protocol)):
            found[treatment].append(claim)
    return found


def _standing_in(
    protocol: Protocol, domain: str, role: Role, treatments: set[str]
) -> tuple[ColumnElement[bool], ...]:
    """Return the filters of claims that may touch some cells of one column and role."""
    arms = sorted(treatments.union(*(protocol.members(t) for t in treatments)))
    return (
        col(ClaimRow.domain) == domain,
        col(ClaimRow.role) == role.value,
        or_(col(ClaimRow.treatment).in_(arms), col(ClaimRow.comparator).in_(arms)),
    )


def compute(
    database: Database,
    session: Session,
    domain: str,
    role: Role,
    treatments: Iterable[str],
) -> dict[str, Cell]:
    """Build the cells of some treatments in one column and role from their claims.

    Claims on which nobody decided are counted by the database: there may be a
    hundred for each that is decided on, and only their number shows.
    """
    wanted = set(treatments)
    protocol = database.protocol
    decided = decided_in(database, session, domain, role, wanted)
    undecided: dict[str, Counter[Waiting]] = defaultdict(Counter)
    kinds = (
        col(ClaimRow.treatment),
        col(ClaimRow.comparator),
        col(ClaimRow.status),
        col(ClaimRow.statement),
        col(RecordRow.retraction),
    )
    for treatment, comparator, status, statement, retraction, count in session.execute(
        sqlalchemy.select(*kinds, func.count())
        .join(RecordRow, col(ClaimRow.pmid) == col(RecordRow.pmid))
        .where(
            *_standing_in(protocol, domain, role, wanted),
            col(ClaimRow.decided_at).is_(None),
        )
        .group_by(*kinds)
    ):
        why = waiting_of(Status(status), Retraction(retraction), Statement(statement))
        for touched in wanted.intersection(
            rows_of(treatment, comparator, role, protocol)
        ):
            undecided[touched][why] += count
    sources = database.sources(session)
    return {
        treatment: build(
            treatment,
            domain,
            role,
            decided.get(treatment, []),
            protocol,
            sources,
            undecided[treatment],
        )
        for treatment in decided.keys() | undecided.keys()
    }
