"""Statuses and fields of claims, computed afresh from what was decided."""

from collections.abc import Iterable

from sqlmodel import Session, col, select

from evidence.database import Database
from evidence.decisions import SubjectKind
from evidence.documents import read_draft, write_draft, write_json
from evidence.models import ClaimRow
from evidence.reading import decisions_on, doubts_on, parts
from evidence.status import Resolved, Tombstone, resolve
from evidence.store.cells import Touched, recount


def restate(database: Database, session: Session, ids: Iterable[str]) -> None:
    """Compute fields and status of claims afresh, and recount the cells they touch."""
    subjects = list(dict.fromkeys(ids))
    decisions = decisions_on(session, SubjectKind.CLAIM, subjects)
    dual = database.dual(session)
    touched = Touched(database.protocol)
    for part in parts(subjects):
        rows = session.exec(select(ClaimRow).where(col(ClaimRow.id).in_(part))).all()
        doubts = doubts_on(session, (row.pmid for row in rows))
        for row in rows:
            touched.add(read_draft(row.draft))
            resolved = resolve(
                read_draft(row.proposal),
                decisions[row.id],
                dual=dual,
                tombstone=Tombstone(row.tombstone) if row.tombstone else None,
                doubts=doubts[row.pmid],
            )
            touched.add(resolved.draft)
            for name, value in columns_of(resolved).items():
                setattr(row, name, value)
            row.curators = write_json(resolved.curators)
            row.decided_at = resolved.decided_at
        session.flush()
    recount(database, session, touched)


def columns_of(resolved: Resolved) -> dict[str, str | int | float | None]:
    """Return the columns that follow from what was decided."""
    draft = resolved.draft
    return {
        "pmid": draft.pmid,
        "field": draft.field.value,
        "text_sha256": draft.text_sha256,
        "start_offset": draft.start,
        "end_offset": draft.end,
        "treatment": draft.treatment,
        "comparator": draft.comparator,
        "domain": draft.domain,
        "role": draft.role.value,
        "direction": draft.direction.value,
        "statement": draft.statement.value,
        "species": draft.species.value,
        "design": draft.design.value,
        "confidence": draft.confidence,
        "extractor": draft.extractor,
        "status": resolved.status.value,
        "draft": write_draft(draft),
    }
