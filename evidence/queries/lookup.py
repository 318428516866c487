"""Claims and past decisions that a few words find."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import JSON, ColumnElement, and_, cast, func, or_
from sqlmodel import Session, col, select

from evidence.blinding import Sight, visible
from evidence.claims import Claim
from evidence.decisions import Action, Decision, SubjectKind
from evidence.models import ClaimRow, DecisionRow, RecordRow
from evidence.queries.claims import SHOWN, taken_back
from evidence.queries.sight import as_seen
from evidence.reading import claim_of, decisions_on


@dataclass(frozen=True, slots=True)
class PastDecision:
    """A decision with the claim as it stands now."""

    sequence: int
    decision: Decision
    claim: Claim
    stands: bool
    """Whether nobody has taken it back."""


def search(
    session: Session, text: str, slugs: Sequence[str], limit: int = SHOWN
) -> tuple[Claim, ...]:
    """Return claims of a PMID, an id, one of these slugs, or with this text in them.

    Parameters
    ----------
    session
        Where to look.
    text
        What was typed.
    slugs
        Treatments and domains whose labels hold it.
    limit
        How many at most.
    """
    rows = session.exec(
        select(ClaimRow, RecordRow)
        .join(RecordRow, col(ClaimRow.pmid) == col(RecordRow.pmid))
        .where(_matches(session, text, slugs, col(ClaimRow.draft), "quote", "outcome"))
        .order_by(col(ClaimRow.pmid), col(ClaimRow.start_offset), col(ClaimRow.id))
        .limit(limit)
    )
    return tuple(claim_of(row, record) for row, record in rows)


def past_decisions(
    session: Session,
    *,
    text: str = "",
    slugs: Sequence[str] = (),
    curator: str | None = None,
    action: Action | None = None,
    before: int | None = None,
    limit: int = SHOWN,
    sight: Sight,
) -> tuple[tuple[PastDecision, ...], int | None]:
    """Return decisions on claims, newest first, those before `before` only.

    Returns
    -------
    tuple
        The decisions that may be seen, and the number to go on from: None at the end.
    """
    query = (
        select(DecisionRow, ClaimRow, RecordRow)
        .join(ClaimRow, col(ClaimRow.id) == col(DecisionRow.subject_id))
        .join(RecordRow, col(RecordRow.pmid) == col(ClaimRow.pmid))
    )
    if text:
        query = query.where(
            _matches(
                session,
                text,
                slugs,
                col(DecisionRow.document),
                "note",
                "snapshot.quote",
                "snapshot.outcome",
                "snapshot.rule",
            )
        )
    if curator is not None:
        query = query.where(col(DecisionRow.curator) == curator)
    if action is not None:
        query = query.where(col(DecisionRow.action) == action.value)
    if before is not None:
        query = query.where(col(DecisionRow.sequence) < before)
    rows = session.exec(
        query.order_by(col(DecisionRow.sequence).desc()).limit(limit)
    ).all()
    on_claims = decisions_on(
        session, SubjectKind.CLAIM, list({row.subject_id for row, _, _ in rows})
    )
    seen = {
        decision.id
        for found in on_claims.values()
        for decision in visible(found, sight)
    }
    gone = {d for found in on_claims.values() for d in taken_back(found)}
    shown = [(row, claim_of(of, record)) for row, of, record in rows if row.id in seen]
    claims = as_seen(session, sight, [claim for _, claim in shown])
    past = tuple(
        PastDecision(
            sequence=row.sequence or 0,
            decision=Decision.from_dict(json.loads(row.document)),
            claim=claim,
            stands=row.id not in gone,
        )
        for (row, _), claim in zip(shown, claims, strict=True)
    )
    return past, rows[-1][0].sequence if len(rows) == limit else None


def _matches(
    session: Session, text: str, slugs: Sequence[str], document: Any, *fields: str
) -> ColumnElement[bool]:
    """Return whether a claim has this number, id or slug, or a field this text.

    The whole document is asked first: that is quick, and holds all that a field
    can hold, though spelled as JSON spells it.
    """
    spelled = json.dumps(text, ensure_ascii=False)[1:-1]
    in_field = (
        _field(session, document, path).icontains(text, autoescape=True)
        for path in fields
    )
    ways: list[ColumnElement[bool]] = [
        and_(document.icontains(spelled, autoescape=True), or_(*in_field)),
        col(ClaimRow.id) == text,
    ]
    if text.isascii() and text.isdigit():
        ways.append(col(ClaimRow.pmid) == int(text[:9]))
    if slugs:
        ways.append(col(ClaimRow.treatment).in_(slugs))
        ways.append(col(ClaimRow.domain).in_(slugs))
    return or_(*ways)


def _field(session: Session, document: Any, path: str) -> Any:
    """Return a field of a column that holds JSON as text."""
    if session.get_bind().dialect.name == "sqlite":
        return func.json_extract(document, f"$.{path}")
    return cast(document, JSON)[tuple(path.split("."))].as_string()
