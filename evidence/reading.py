"""Rows to values, where writing needs them too: claims, decisions, whole cells."""

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence

from sqlalchemy import or_
from sqlmodel import Session, col, select

from evidence.cells import Cell, build, touches
from evidence.claims import Claim
from evidence.database import Database
from evidence.decisions import Decision, Status, SubjectKind
from evidence.documents import read_draft
from evidence.models import ClaimRow, DecisionRow, RecordRow
from evidence.records import Retraction, TextSource
from evidence.types import Role

IN_ONE_QUERY = 500
"""How many ids one query names; SQLite allows a limited number of variables."""


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
    for start in range(0, len(subjects), IN_ONE_QUERY):
        part = subjects[start : start + IN_ONE_QUERY]
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


def compute(
    database: Database,
    session: Session,
    domain: str,
    role: Role,
    treatments: Iterable[str],
) -> dict[str, Cell]:
    """Build the cells of some treatments in one column and role from their claims."""
    wanted = set(treatments)
    protocol = database.protocol
    arms = wanted.union(*(protocol.members(t) for t in wanted))
    rows = session.exec(
        select(ClaimRow, RecordRow)
        .join(RecordRow, col(ClaimRow.pmid) == col(RecordRow.pmid))
        .where(
            col(ClaimRow.domain) == domain,
            col(ClaimRow.role) == role.value,
            or_(
                col(ClaimRow.treatment).in_(sorted(arms)),
                col(ClaimRow.comparator).in_(sorted(arms)),
            ),
        )
    )
    claims: dict[str, list[Claim]] = defaultdict(list)
    for row, record in rows:
        claim = claim_of(row, record)
        for treatment in touches(claim.draft, protocol):
            if treatment in wanted:
                claims[treatment].append(claim)
    sources = database.sources(session)
    return {
        treatment: build(treatment, domain, role, found, protocol, sources)
        for treatment, found in claims.items()
    }
