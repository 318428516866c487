"""Claims as a curator meets them: one with its paper, and decisions on it.

Every read here is limited: a page must cost the same with a hundred claims stored
and with a hundred thousand. Queues of claims stand in `evidence.queries.queues`.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, select

from evidence.claims import Claim
from evidence.decisions import Decision, Status, SubjectKind
from evidence.documents import read_draft, read_record
from evidence.errors import NotFoundError
from evidence.library import LinkSource
from evidence.models import ClaimRow, DecisionRow, RecordRow, RunRow, TextRow
from evidence.reading import claim_of, decisions_on, doubts_on
from evidence.records import Field, Record, text_sha256
from evidence.status import digest_replaced
from evidence.types import Draft

SHOWN = 50
"""How many claims or decisions a list shows at once."""


@dataclass(frozen=True, slots=True)
class Paper:
    """A record with what the database knows of it."""

    record: Record
    study: str
    link_source: LinkSource
    as_of: datetime
    """When this version was loaded: retraction is known as of then."""
    gone_at: datetime | None
    merged_into: int | None

    def texts(self) -> list[str]:
        """Return the digests of what a reader has before them: title and abstract."""
        found = (self.record.text(field) for field in Field)
        return [text_sha256(text) for text in found if text is not None]


def claim(session: Session, claim_id: str) -> Claim:
    """Return a claim.

    Raises
    ------
    NotFoundError
        Where there is none of that id.
    """
    found = _claims(session, [col(ClaimRow.id) == claim_id], limit=1)
    if not found:
        raise NotFoundError(f"there is no claim {claim_id}; look for it in a queue")
    return found[0]


def paper(session: Session, pmid: int) -> Paper:
    """Return a record, with its study and the date it was loaded.

    Raises
    ------
    NotFoundError
        Where it is not stored.
    """
    row = session.get(RecordRow, pmid)
    if row is None:
        raise NotFoundError(f"the record of PMID {pmid} is not stored; load it first")
    run = session.get_one(RunRow, row.changed_run)
    return Paper(
        record=read_record(row.document),
        study=row.study,
        link_source=LinkSource(row.link_source),
        as_of=run.started,
        gone_at=row.gone_at,
        merged_into=row.merged_into,
    )


def quoted_text(session: Session, pmid: int, field: Field, sha256: str) -> str | None:
    """Return the version of a text that a claim quotes."""
    row = session.get(TextRow, (pmid, field.value, sha256))
    return row.text if row is not None else None


def quotes_replaced_digest(session: Session, claim_id: str) -> bool:
    """Return whether PubMed's own text took the place of what a claim quotes."""
    row = session.get(ClaimRow, claim_id)
    return row is not None and digest_replaced(
        read_draft(row.draft), doubts_on(session, [row.pmid])[row.pmid]
    )


def decisions_of(session: Session, claim_id: str) -> list[Decision]:
    """Return all decisions on a claim, oldest first."""
    return decisions_on(session, SubjectKind.CLAIM, [claim_id])[claim_id]


def decisions_of_paper(session: Session, pmid: int) -> dict[str, list[Decision]]:
    """Return all decisions on each claim of a paper, oldest first."""
    ids = session.exec(select(ClaimRow.id).where(col(ClaimRow.pmid) == pmid)).all()
    return decisions_on(session, SubjectKind.CLAIM, ids)


def decision(session: Session, decision_id: str) -> Decision:
    """Return a decision on anything.

    Raises
    ------
    NotFoundError
        Where there is none of that id.
    """
    document = session.exec(
        select(DecisionRow.document).where(col(DecisionRow.id) == decision_id)
    ).first()
    if document is None:
        raise NotFoundError(f"there is no decision {decision_id}")
    return Decision.from_dict(json.loads(document))


def decisions_by(session: Session, curator: str) -> Iterator[Decision]:
    """Yield a curator's decisions, newest first, read as they are used."""
    before: int | None = None
    while True:
        query = select(DecisionRow).where(col(DecisionRow.curator) == curator)
        if before is not None:
            query = query.where(col(DecisionRow.sequence) < before)
        rows = session.exec(
            query.order_by(col(DecisionRow.sequence).desc()).limit(SHOWN)
        ).all()
        if not rows:
            return
        for row in rows:
            yield Decision.from_dict(json.loads(row.document))
        before = rows[-1].sequence


def claims_of_paper(
    session: Session, pmid: int, *, but: str = "", limit: int = 4 * SHOWN
) -> tuple[Claim, ...]:
    """Return the claims of a paper, but perhaps one, in reading order."""
    wanted = [
        col(ClaimRow.pmid) == pmid,
        col(ClaimRow.id) != but,
        col(ClaimRow.status) != Status.WITHDRAWN.value,
    ]
    return _claims(session, wanted, limit=limit)


def others_of_cell(
    session: Session, draft: Draft, limit: int = SHOWN
) -> tuple[Claim, ...]:
    """Return claims of other papers in the same cell, the settled ones first."""
    wanted = [
        col(ClaimRow.domain) == draft.domain,
        col(ClaimRow.role) == draft.role.value,
        col(ClaimRow.treatment) == draft.treatment,
        col(ClaimRow.status) != Status.WITHDRAWN.value,
        col(ClaimRow.pmid) != draft.pmid,
    ]
    return _claims(session, wanted, limit=limit, first=col(ClaimRow.status))


def taken_back(decisions: Sequence[Decision]) -> set[str]:
    """Return the ids of decisions that an undo took back, of undone undos too.

    Parameters
    ----------
    decisions
        All decisions on one subject, oldest first.
    """
    gone: set[str] = set()
    for one in reversed(decisions):
        if one.id not in gone and one.undoes is not None:
            gone.add(one.undoes)
    return gone


def _claims(
    session: Session,
    wanted: Iterable[ColumnElement[bool]],
    *,
    limit: int,
    first: Any = None,
) -> tuple[Claim, ...]:
    order = [col(ClaimRow.pmid), col(ClaimRow.start_offset), col(ClaimRow.id)]
    rows = session.exec(
        select(ClaimRow, RecordRow)
        .join(RecordRow, col(ClaimRow.pmid) == col(RecordRow.pmid))
        .where(*wanted)
        .order_by(*([first] if first is not None else []), *order)
        .limit(limit)
    )
    return tuple(claim_of(row, record) for row, record in rows)
