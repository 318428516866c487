"""Claims as one person may see them: in dual review, without the other's word."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import ColumnElement, literal, tuple_
from sqlmodel import Session, col, select

from evidence.blinding import Sight, visible
from evidence.claims import Claim
from evidence.decisions import Decision, Status, SubjectKind
from evidence.documents import read_draft
from evidence.models import ClaimRow, RecordRow
from evidence.reading import IN_ONE_QUERY, claim_of, decisions_on, doubts_on
from evidence.status import (
    Doubt,
    Tombstone,
    decided_draft,
    deferred_by,
    person,
    resolve,
)
from evidence.types import Draft


def as_seen(
    session: Session, sight: Sight, claims: Sequence[Claim]
) -> tuple[Claim, ...]:
    """Return claims as a person may see them: what is hidden has not happened.

    Parameters
    ----------
    session
        Where the claims were read.
    sight
        Who looks.
    claims
        Claims as they stand.
    """
    if not sight.blind:
        return tuple(claims)
    ids = [claim.id for claim in claims]
    decisions = decisions_on(session, SubjectKind.CLAIM, ids)
    hiding = [i for i in ids if len(visible(decisions[i], sight)) < len(decisions[i])]
    rows = {row.id: row for row in _rows(session, hiding)}
    doubts = doubts_on(session, (row.pmid for row in rows.values()))
    return tuple(
        _put_off(
            _without(
                claim,
                rows[claim.id],
                visible(decisions[claim.id], sight),
                doubts[rows[claim.id].pmid],
            )
            if claim.id in rows
            else claim,
            decisions[claim.id],
            sight,
        )
        for claim in claims
    )


def _put_off(claim: Claim, decisions: Sequence[Decision], sight: Sight) -> Claim:
    """Return the claim as put off, where whoever looks did so."""
    own = person(sight.curator) in deferred_by(decisions)
    if own and claim.status is Status.PROPOSED:
        return replace(claim, status=Status.DEFERRED)
    return claim


def _rows(session: Session, ids: Sequence[str]) -> Iterator[ClaimRow]:
    for start in range(0, len(ids), IN_ONE_QUERY):
        part = ids[start : start + IN_ONE_QUERY]
        yield from session.exec(select(ClaimRow).where(col(ClaimRow.id).in_(part)))


def _without(
    claim: Claim, row: ClaimRow, seen: Sequence[Decision], doubts: Sequence[Doubt]
) -> Claim:
    """Return the claim that would stand if only these decisions had been taken."""
    resolved = resolve(
        read_draft(row.proposal),
        seen,
        dual=True,
        tombstone=Tombstone(row.tombstone) if row.tombstone else None,
        doubts=doubts,
    )
    return replace(
        claim,
        draft=resolved.draft,
        status=resolved.status,
        decided_at=resolved.decided_at,
        curators=resolved.curators,
    )


@dataclass(frozen=True, slots=True)
class Dispute:
    """A claim on which two people differ: their words, side by side."""

    claim: Claim
    sides: tuple[Decision, Decision]
    """The two words that stand against each other, the earlier first."""
    drafts: tuple[Draft | None, Draft | None]
    """The claim as each would have it; None where they reject it."""

    @property
    def differing(self) -> tuple[tuple[str, Any, Any], ...]:
        """Field, the first's value, the second's; none where one of them rejected."""
        first, second = self.drafts
        return first.differing(second) if first and second else ()


def dispute(session: Session, claim_id: str) -> Dispute | None:
    """Return the two sides of a disputed claim; None where it is not disputed."""
    found = _disputes(session, [col(ClaimRow.id) == claim_id], limit=1)
    return found[0] if found else None


def disputes(
    session: Session, *, after: tuple[int, str] = (0, ""), limit: int = 50
) -> tuple[Dispute, ...]:
    """Return disputed claims paper by paper, those after a PMID and an id only."""
    place = tuple_(col(ClaimRow.pmid), col(ClaimRow.id))
    return _disputes(session, [place > tuple_(*map(literal, after))], limit=limit)


def _disputes(
    session: Session, wanted: Sequence[ColumnElement[bool]], *, limit: int
) -> tuple[Dispute, ...]:
    rows = session.exec(
        select(ClaimRow, RecordRow)
        .join(RecordRow, col(ClaimRow.pmid) == col(RecordRow.pmid))
        .where(col(ClaimRow.status) == Status.DISPUTED.value, *wanted)
        .order_by(col(ClaimRow.pmid), col(ClaimRow.id))
        .limit(limit)
    ).all()
    decisions = decisions_on(session, SubjectKind.CLAIM, [row.id for row, _ in rows])
    found = []
    for row, record in rows:
        proposal = read_draft(row.proposal)
        first, second = resolve(proposal, decisions[row.id], dual=True).resting_on
        drafts = (_draft(proposal, first), _draft(proposal, second))
        found.append(Dispute(claim_of(row, record), (first, second), drafts))
    return tuple(found)


def _draft(proposal: Draft, side: Decision) -> Draft | None:
    return decided_draft(proposal, side) if side.reason is None else None
