"""What a curator keeps and has done: named queues, slices, papers read, their pace."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median

from sqlalchemy import func
from sqlmodel import Session, col, select

from evidence.decisions import Action, Decision, SubjectKind
from evidence.desk_models import SavedQueueRow, SliceClaimRow, SliceRow
from evidence.models import DecisionRow
from evidence.reading import decisions_on
from evidence.status import live, person

PAUSE = timedelta(minutes=10)
"""A longer gap between two decisions is a pause, not slowness."""

LAST = 500
"""From how many of the last decisions the pace is taken."""


@dataclass(frozen=True, slots=True)
class SavedQueue:
    """A queue with a name, and what stands behind the `?` of its address."""

    name: str
    address: str


@dataclass(frozen=True, slots=True)
class Slice:
    """A random slice that was drawn."""

    seed: str
    size: int
    drawn_from: int | None
    curator: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Pace:
    """How much a curator decided since a moment, and how quickly."""

    decided: int
    seconds: float | None
    """The median time from one decision to the next; None of fewer than two."""


def saved_queues(session: Session, curator: str) -> tuple[SavedQueue, ...]:
    """Return the queues that a curator gave names to."""
    rows = session.exec(
        select(SavedQueueRow)
        .where(col(SavedQueueRow.curator) == curator)
        .order_by(col(SavedQueueRow.name))
    )
    return tuple(SavedQueue(row.name, row.address) for row in rows)


def slices(session: Session) -> tuple[Slice, ...]:
    """Return the slices that were drawn, newest first."""
    rows = session.exec(
        select(SliceRow, func.count())
        .join(SliceClaimRow, col(SliceClaimRow.seed) == col(SliceRow.seed))
        .group_by(*SliceRow.__table__.columns)  # type: ignore[attr-defined]  # SQLModel has it
        .order_by(col(SliceRow.at).desc(), col(SliceRow.seed))
    )
    return tuple(
        Slice(row.seed, size, row.drawn_from, row.curator, row.at) for row, size in rows
    )


def sample_of(session: Session, claim_id: str) -> str | None:
    """Return the seed of the first slice that drew a claim, None where none did."""
    return session.exec(
        select(SliceClaimRow.seed)
        .join(SliceRow, col(SliceRow.seed) == col(SliceClaimRow.seed))
        .where(col(SliceClaimRow.claim) == claim_id)
        .order_by(col(SliceRow.at), col(SliceRow.seed))
        .limit(1)
    ).first()


def readers(session: Session, pmids: Sequence[int]) -> dict[int, tuple[Decision, ...]]:
    """Return who marked papers as fully read: each mark that stands."""
    found = decisions_on(session, SubjectKind.PAPER, [str(pmid) for pmid in pmids])
    return {int(pmid): tuple(live(marks)) for pmid, marks in found.items()}


def reading_of(marks: Sequence[Decision], curator: str) -> Decision | None:
    """Return a curator's own mark among those on a paper."""
    own = [mark for mark in marks if person(mark.curator) == person(curator)]
    return own[-1] if own else None


def papers_read(session: Session) -> int:
    """Count the papers that somebody marked as fully read."""
    documents = session.exec(
        select(DecisionRow.document)
        .where(col(DecisionRow.subject_kind) == SubjectKind.PAPER.value)
        .order_by(col(DecisionRow.at), col(DecisionRow.sequence))
    )
    standing = live([Decision.from_dict(json.loads(one)) for one in documents])
    return len({mark.subject_id for mark in standing})


def pace(session: Session, curator: str, since: datetime) -> Pace:
    """Return how many claims a curator decided since a moment, and how quickly."""
    wanted = (
        col(DecisionRow.curator) == curator,
        col(DecisionRow.subject_kind) == SubjectKind.CLAIM.value,
        col(DecisionRow.action) != Action.UNDO.value,
    )
    # The newest few, not all of today's: a page must not slow down with the day.
    newest = select(DecisionRow.at).where(*wanted)
    newest = newest.order_by(col(DecisionRow.sequence).desc()).limit(LAST)
    moments = sorted(at for at in session.exec(newest) if at >= since)
    decided = len(moments)
    if decided == LAST:
        since_then = select(func.count()).where(*wanted, col(DecisionRow.at) >= since)
        decided = session.exec(since_then).one()
    gaps = [
        (later - earlier).total_seconds()
        for earlier, later in pairwise(moments)
        # What was decided with one press was not read that quickly.
        if timedelta(milliseconds=10) < later - earlier <= PAUSE
    ]
    return Pace(decided, median(gaps) if gaps else None)
