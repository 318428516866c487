"""Statuses and fields of claims, computed afresh from what was decided."""

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import delete, insert
from sqlmodel import Session, col, select

from evidence.cells import why_not
from evidence.database import Database
from evidence.decisions import Decision, SubjectKind
from evidence.desk_models import DeferralRow
from evidence.documents import read_draft, write_draft, write_json
from evidence.models import METADATA, ClaimRow, RecordRow
from evidence.reading import (
    WITHOUT_DOCUMENT,
    claim_of,
    decisions_on,
    doubts_on,
    parts,
)
from evidence.status import Resolved, Tombstone, deferred_by, resolve
from evidence.store.cells import Moves, Touched, rewrite


def restate(
    database: Database,
    session: Session,
    ids: Iterable[str],
    *,
    formerly: Mapping[int, RecordRow] | None = None,
) -> None:
    """Compute fields and status of claims afresh, and the cells that they touch.

    Parameters
    ----------
    database, session
        Where, and in which transaction.
    ids
        Claims on which somebody decided, or whose record changed.
    formerly
        Records that changed in this transaction, as they were, by PMID; all claims of
        these are among `ids`.
    """
    subjects = list(dict.fromkeys(ids))
    decisions = decisions_on(session, SubjectKind.CLAIM, subjects)
    dual = database.dual(session)
    sources = database.sources(session)
    touched, moves = Touched(database.protocol), Moves(database.protocol)
    for part in parts(subjects):
        _keep_deferrals(session, {one: decisions[one] for one in part})
        rows = session.exec(
            select(ClaimRow, RecordRow)
            .join(RecordRow, col(ClaimRow.pmid) == col(RecordRow.pmid))
            .where(col(ClaimRow.id).in_(part))
            .options(WITHOUT_DOCUMENT)
        ).all()
        doubts = doubts_on(session, (row.pmid for row, _ in rows))
        for row, record in rows:
            before = claim_of(row, (formerly or {}).get(row.pmid, record))
            resolved = resolve(
                read_draft(row.proposal),
                decisions[row.id],
                dual=dual,
                tombstone=Tombstone(row.tombstone) if row.tombstone else None,
                doubts=doubts[row.pmid],
            )
            for name, value in columns_of(resolved).items():
                setattr(row, name, value)
            row.curators = write_json(resolved.curators)
            row.decided_at = resolved.decided_at
            for claim, by in ((before, -1), (claim_of(row, record), 1)):
                touched.add(claim.draft)
                why = why_not(claim, sources)
                if why is not None:
                    moves.add(claim.draft, why, by)
        session.flush()
    rewrite(database, session, touched, moves)


def _keep_deferrals(
    session: Session, decisions: Mapping[str, Sequence[Decision]]
) -> None:
    """Remember who put which of these claims off, and nobody else."""
    claim, curator = col(DeferralRow.claim), col(DeferralRow.curator)
    wanted = {(who, one) for one, of in decisions.items() for who in deferred_by(of)}
    stored = set(
        session.exec(
            select(DeferralRow.curator, DeferralRow.claim).where(
                claim.in_(list(decisions))
            )
        )
    )
    for who, one in stored - wanted:
        session.execute(delete(DeferralRow).where(curator == who, claim == one))
    if new := sorted(wanted - stored):
        rows = [{"curator": who, "claim": one} for who, one in new]
        session.execute(insert(METADATA.tables["deferral"]), rows)


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
