"""Queues: which claims a curator is asked next, and how far a queue has come.

A queue is never listed whole. The claim after another one is the first whose sort
keys are greater, so that skipping and deciding keep one's place.
"""

import base64
import hashlib
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, literal, tuple_
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, select

from evidence.decisions import Status
from evidence.documents import read_record
from evidence.models import ClaimRow, RecordRow
from evidence.types import Role

LONGEST_SLICE = 500
"""How many claims a random slice holds at most: one query names them all."""

WAITING = tuple(s for s in Status if s.awaits and s is not Status.DEFERRED)
"""What a queue asks for; what was put off has a queue of its own."""

_URGENCY = (
    Status.NEEDS_REREVIEW,
    Status.DISPUTED,
    Status.IN_REVIEW,
    Status.AWAITING_SECOND,
)


class Order(StrEnum):
    """In which order a queue asks."""

    DUE = "due"
    """What changed or is disputed first, then paper by paper."""
    THIN = "thin"
    """Claims of the cells that the fewest reviewed studies fill first."""
    CERTAIN = "certain"
    UNCERTAIN = "uncertain"
    PAPER = "paper"
    SLICE = "slice"
    """A random sample of all claims, decided or not, drawn by `seed`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Which claims a queue holds, and in which order."""

    order: Order = Order.DUE
    statuses: tuple[Status, ...] = WAITING
    treatment: str | None = None
    domain: str | None = None
    role: Role | None = None
    pmid: int | None = None
    seed: str = "1"
    size: int = 100


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a queue has come; withdrawn claims are no part of it."""

    decided: int
    deferred: int
    total: int

    @property
    def waiting(self) -> int:
        """How many a person still has to decide."""
        return self.total - self.decided - self.deferred


@dataclass(frozen=True, slots=True)
class WaitingPaper:
    """A paper with claims that wait."""

    pmid: int
    title: str | None
    waiting: int


def first(session: Session, selection: Selection) -> str | None:
    """Return the claim that a queue begins with; None where nothing waits."""
    query, keys = _ordered(selection)
    query = query.where(*_wanted(session, selection)).order_by(*keys).limit(1)
    return session.execute(query).scalar()


def neighbours(
    session: Session, selection: Selection, claim_id: str
) -> tuple[str | None, str | None]:
    """Return the claims before and after one, whether or not it waits itself."""
    query, keys = _ordered(selection)
    here = session.execute(
        query.with_only_columns(*keys).where(col(ClaimRow.id) == claim_id)
    ).first()
    if here is None:
        return None, None
    place = tuple_(*(literal(value) for value in here))
    waiting = query.where(*_wanted(session, selection), col(ClaimRow.id) != claim_id)
    before = (
        waiting.where(tuple_(*keys) < place)
        .order_by(*(k.desc() for k in keys))
        .limit(1)
    )
    after = waiting.where(tuple_(*keys) > place).order_by(*keys).limit(1)
    return session.execute(before).scalar(), session.execute(after).scalar()


def progress(session: Session, selection: Selection) -> Progress:
    """Count what is decided of a queue's claims."""
    counted = session.exec(
        select(ClaimRow.status, func.count())
        .where(*_filters(session, selection))
        .group_by(col(ClaimRow.status))
    ).all()
    by_status = {Status(status): count for status, count in counted}
    by_status.pop(Status.WITHDRAWN, None)
    return Progress(
        decided=sum(n for status, n in by_status.items() if not status.awaits),
        deferred=by_status.get(Status.DEFERRED, 0),
        total=sum(by_status.values()),
    )


def by_status(session: Session) -> dict[Status, int]:
    """Count the claims of each status."""
    counted = session.exec(
        select(ClaimRow.status, func.count()).group_by(col(ClaimRow.status))
    ).all()
    return {Status(status): count for status, count in counted}


def waiting_by(session: Session) -> dict[str, dict[str, int]]:
    """Count the waiting claims of each treatment, domain and role, most first."""
    found: dict[str, dict[str, int]] = {}
    for name in ("treatment", "domain", "role"):
        column = col(getattr(ClaimRow, name))
        counted = session.execute(
            select_columns(column, func.count())
            .where(_has(WAITING))
            .group_by(column)
            .order_by(func.count().desc(), column)
        )
        by_value = found.setdefault(name, {})
        for value, count in counted:
            by_value[value] = count
    return found


def waiting_papers(session: Session, limit: int) -> tuple[WaitingPaper, ...]:
    """Return the papers with the most waiting claims."""
    counted = session.execute(
        select_columns(col(ClaimRow.pmid), func.count())
        .where(_has(WAITING))
        .group_by(col(ClaimRow.pmid))
        .order_by(func.count().desc(), col(ClaimRow.pmid))
        .limit(limit)
    ).all()
    rows = session.exec(
        select(RecordRow).where(col(RecordRow.pmid).in_([pmid for pmid, _ in counted]))
    )
    titles = {row.pmid: read_record(row.document).title for row in rows}
    return tuple(WaitingPaper(pmid, titles[pmid], count) for pmid, count in counted)


def _has(statuses: tuple[Status, ...]) -> ColumnElement[bool]:
    return col(ClaimRow.status).in_([status.value for status in statuses])


def _wanted(session: Session, selection: Selection) -> list[ColumnElement[bool]]:
    return [*_filters(session, selection), _has(selection.statuses)]


def _filters(session: Session, selection: Selection) -> list[ColumnElement[bool]]:
    chosen = (
        (ClaimRow.treatment, selection.treatment),
        (ClaimRow.domain, selection.domain),
        (ClaimRow.role, selection.role.value if selection.role else None),
        (ClaimRow.pmid, selection.pmid),
    )
    found: list[ColumnElement[bool]] = [
        col(column) == value for column, value in chosen if value is not None
    ]
    if selection.order is Order.SLICE:
        found.append(col(ClaimRow.id).in_(_slice(session, selection)))
    return found


def _start(seed: str) -> str:
    """Return where among the ids the slice of a seed begins.

    Ids are digests: to take some that follow each other is to draw at random.
    """
    digest = hashlib.sha256(seed.encode()).digest()
    return "c" + base64.b32encode(digest)[:12].decode().lower()


def _slice(session: Session, selection: Selection) -> list[str]:
    """Return the ids of a random slice: the same for a seed, whatever is decided."""
    size = min(max(selection.size, 1), LONGEST_SLICE)
    claim_id = col(ClaimRow.id)
    proposed = (
        select(ClaimRow.id)
        .where(
            col(ClaimRow.status) != Status.WITHDRAWN.value,
            # What a curator added says nothing of the machine's precision.
            ~col(ClaimRow.extractor).startswith("curator:"),
        )
        .order_by(claim_id)
    )
    start = _start(selection.seed)
    found = list(session.exec(proposed.where(claim_id >= start).limit(size)))
    if len(found) < size:
        rest = proposed.where(claim_id < start).limit(size - len(found))
        found += session.exec(rest)
    return found


def _ordered(
    selection: Selection,
) -> tuple[Select[Any], list[Any]]:
    """Return the query for ids and its sort keys, all ascending, the last unique."""
    claim_id = col(ClaimRow.id)
    query = select_columns(claim_id)
    keys: list[Any]
    if selection.order is Order.DUE:
        urgency = case(
            {status.value: place for place, status in enumerate(_URGENCY)},
            value=col(ClaimRow.status),
            else_=len(_URGENCY),
        )
        keys = [urgency, col(ClaimRow.pmid), col(ClaimRow.start_offset)]
    elif selection.order is Order.THIN:
        held = _reviewed_studies()
        query = query.outerjoin(
            held,
            and_(
                held.c.domain == col(ClaimRow.domain),
                held.c.role == col(ClaimRow.role),
                held.c.treatment == col(ClaimRow.treatment),
            ),
        )
        keys = [
            func.coalesce(held.c.studies, 0),
            col(ClaimRow.domain),
            col(ClaimRow.role),
            col(ClaimRow.treatment),
        ]
    elif selection.order is Order.CERTAIN:
        keys = [-col(ClaimRow.confidence)]
    elif selection.order is Order.UNCERTAIN:
        keys = [col(ClaimRow.confidence)]
    elif selection.order is Order.PAPER:
        keys = [col(ClaimRow.pmid), col(ClaimRow.field), col(ClaimRow.start_offset)]
    else:
        keys = [case((claim_id < _start(selection.seed), 1), else_=0)]
    return query, [*keys, claim_id]


def _reviewed_studies() -> Any:
    """Return how many studies with a counted claim each cell holds."""
    counted = [status.value for status in Status if status.counts]
    return (
        select_columns(
            col(ClaimRow.domain).label("domain"),
            col(ClaimRow.role).label("role"),
            col(ClaimRow.treatment).label("treatment"),
            func.count(col(RecordRow.study).distinct()).label("studies"),
        )
        .join(RecordRow, col(RecordRow.pmid) == col(ClaimRow.pmid))
        .where(col(ClaimRow.status).in_(counted))
        .group_by(col(ClaimRow.domain), col(ClaimRow.role), col(ClaimRow.treatment))
        .subquery()
    )
