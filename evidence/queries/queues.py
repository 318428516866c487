"""Queues: which claims a curator is asked next, and how far a queue has come.

A queue is never listed whole. The claim after another one is the first whose sort
keys are greater, so that skipping and deciding keep one's place.
"""

import json
from collections.abc import Iterable
from dataclasses import astuple, dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, func, literal, tuple_
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, select

from evidence.decisions import Status
from evidence.desk_models import DeferralRow, SliceClaimRow
from evidence.models import ClaimCountRow, ClaimRow
from evidence.queries.waiting import WAITING, cells
from evidence.status import person
from evidence.types import Design, Role

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
    """Claims of the cells that the fewest reviewed papers fill first."""
    CERTAIN = "certain"
    UNCERTAIN = "uncertain"
    PAPER = "paper"
    SLICE = "slice"
    """A random sample of all claims, decided or not, drawn once by `seed`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Which claims a queue holds, and in which order."""

    order: Order = Order.DUE
    statuses: tuple[Status, ...] = WAITING
    treatment: str | None = None
    domain: str | None = None
    role: Role | None = None
    design: Design | None = None
    pmid: int | None = None
    seed: str = "1"
    """Of the slice, where the order is one."""
    asked: str | None = None
    """Who is asked: nobody is asked again to be the second on a claim."""
    put_off: bool | None = None
    """Of what `asked` put off for themselves: all of it, or nothing; None where to
    put a claim off is to put it off for everybody, and a status."""


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


def first(session: Session, selection: Selection) -> str | None:
    """Return the claim that a queue begins with; None where nothing waits."""
    return _seek(session, selection, _groups(session, selection), None, back=False)


def neighbours(
    session: Session, selection: Selection, claim_id: str
) -> tuple[str | None, str | None]:
    """Return the claims before and after one, whether or not it waits itself."""
    row = session.exec(select(ClaimRow).where(col(ClaimRow.id) == claim_id)).first()
    if row is None:
        return None, None
    groups = _groups(session, selection, row)
    here = next((i for i, g in enumerate(groups) if g.holds(row)), len(groups) - 1)
    place = tuple(getattr(row, key) for key in _keys(selection))
    before, after = (
        _seek(session, selection, part, place, back=back)
        for part, back in ((groups[: here + 1][::-1], True), (groups[here:], False))
    )
    return before, after


def progress(session: Session, selection: Selection) -> Progress:
    """Count what is decided of a queue's claims."""
    settled = [s for s in Status if not s.awaits and s is not Status.WITHDRAWN]
    counted = _counted(session, selection)
    decided = sum(counted.get(status, 0) for status in settled)
    deferred = counted.get(Status.DEFERRED, 0)
    total = sum(counted.values()) - counted.get(Status.WITHDRAWN, 0)
    if selection.asked is not None and selection.put_off is not None:
        own = select_columns(func.count()).select_from(ClaimRow)
        open_to = col(ClaimRow.status).in_([s.value for s in WAITING])
        deferred = session.execute(
            own.where(open_to, _put_off(selection.asked), *_filters(selection))
        ).scalar_one()
    if selection.asked is not None:
        waits = col(ClaimRow.status) == Status.AWAITING_SECOND.value
        own = select_columns(func.count()).select_from(ClaimRow)
        decided += session.execute(
            own.where(waits, _own(selection.asked), *_filters(selection))
        ).scalar_one()
    return Progress(decided, deferred, total)


def _counted(session: Session, selection: Selection) -> dict[Status, int]:
    """Count a queue's claims by status, without reading them where that is possible."""
    if selection.pmid is not None or selection.order is Order.SLICE:
        # A paper, or a slice, holds few claims.
        status = col(ClaimRow.status)
        number: ColumnElement[int] = func.count()
        filters = _filters(selection)
    else:
        status = col(ClaimCountRow.status)
        number = func.sum(col(ClaimCountRow.claims))
        filters = _filters(selection, ClaimCountRow)
    rows = session.execute(
        select_columns(status, number).where(*filters).group_by(status)
    )
    return {Status(row[0]): row[1] for row in rows}


@dataclass(frozen=True, slots=True)
class _Group:
    """Claims that are asked for together: of some statuses, perhaps of one cell."""

    statuses: tuple[Status, ...]
    cell: tuple[str, str, str] | None = None

    def holds(self, row: ClaimRow) -> bool:
        if self.cell is not None:
            return self.cell == (row.domain, row.role, row.treatment)
        return Status(row.status) in self.statuses

    @property
    def wanted(self) -> list[ColumnElement[bool]]:
        if self.cell is None:
            return []
        columns = (ClaimRow.domain, ClaimRow.role, ClaimRow.treatment)
        return [col(c) == v for c, v in zip(columns, self.cell, strict=True)]


def _keys(selection: Selection) -> tuple[str, ...]:
    """Return the columns that order the claims of a group; the last is unique."""
    if selection.order in (Order.CERTAIN, Order.UNCERTAIN):
        return ("confidence", "id")
    if selection.order is Order.SLICE:
        return ("id",)
    return ("pmid", "start_offset", "id")


def _groups(
    session: Session, selection: Selection, here: ClaimRow | None = None
) -> list[_Group]:
    """Return the groups of a queue in the order in which they are asked."""
    if selection.order is Order.DUE:
        rest = tuple(s for s in selection.statuses if s not in _URGENCY)
        urgent = ((s,) for s in _URGENCY if s in selection.statuses)
        return [_Group(statuses) for statuses in (*urgent, rest) if statuses]
    if selection.order is not Order.THIN:
        return [_Group(selection.statuses)]
    own = (here.domain, here.role, here.treatment) if here is not None else None
    wanted = (selection.domain, selection.role, selection.treatment)
    found = []
    for cell in sorted(cells(session), key=astuple):
        slugs = (cell.domain, cell.role, cell.treatment)
        asked = all(w in (None, slug) for w, slug in zip(wanted, slugs, strict=True))
        if slugs == own or (asked and cell.waiting):
            found.append(_Group(selection.statuses, slugs))
    return found


def _seek(
    session: Session,
    selection: Selection,
    groups: Iterable[_Group],
    place: tuple[Any, ...] | None,
    *,
    back: bool,
) -> str | None:
    """Return the next claim after `place`, which lies in the first of the groups.

    Each status is asked for by itself: so an index leads straight to the answer.
    """
    # The most certain first is the least certain first, read from its end.
    descending = back is not (selection.order is Order.CERTAIN)
    columns = [col(getattr(ClaimRow, key)) for key in _keys(selection)]
    order = [c.desc() for c in columns] if descending else columns
    filters = [*_filters(selection), *_not_again(selection)]
    for group in groups:
        query = select_columns(*columns).where(*filters, *group.wanted)
        if place is not None:
            here, keys = tuple_(*map(literal, place)), tuple_(*columns)
            query = query.where(keys < here if descending else keys > here)
            place = None
        found = [
            tuple(row)
            for status in group.statuses
            for row in session.execute(
                query.where(col(ClaimRow.status) == status.value)
                .order_by(*order)
                .limit(1)
            )
        ]
        if found:
            return str((max if descending else min)(found)[-1])
    return None


def listed(session: Session, selection: Selection, limit: int) -> list[str]:
    """Return the first claims of a queue, in the order in which it asks for them."""
    found: list[str] = []
    columns = [col(getattr(ClaimRow, key)) for key in _keys(selection)]
    descending = selection.order is Order.CERTAIN
    order = [c.desc() for c in columns] if descending else columns
    for group in _groups(session, selection):
        query = select(ClaimRow.id).where(
            *_filters(selection),
            *_not_again(selection),
            *group.wanted,
            col(ClaimRow.status).in_([status.value for status in group.statuses]),
        )
        found += session.exec(query.order_by(*order).limit(limit - len(found)))
        if len(found) == limit:
            break
    return found


def _filters(
    selection: Selection, of: type[ClaimRow] | type[ClaimCountRow] = ClaimRow
) -> list[ColumnElement[bool]]:
    chosen = (
        ("treatment", selection.treatment),
        ("domain", selection.domain),
        ("role", selection.role.value if selection.role else None),
        ("design", selection.design.value if selection.design else None),
        ("pmid", selection.pmid),
    )
    found: list[ColumnElement[bool]] = [
        col(getattr(of, name)) == value for name, value in chosen if value is not None
    ]
    if selection.order is Order.SLICE:
        drawn = select(SliceClaimRow.claim)
        found.append(
            col(ClaimRow.id).in_(drawn.where(col(SliceClaimRow.seed) == selection.seed))
        )
    return found


def _own(curator: str) -> ColumnElement[bool]:
    """Return whether a curator has decided on a claim already."""
    # The column holds the names as JSON spells them, each between quotes.
    name = json.dumps(curator, ensure_ascii=False)
    return col(ClaimRow.curators).contains(name, autoescape=True)


def _not_again(selection: Selection) -> list[ColumnElement[bool]]:
    """Return the filters that leave out what is not asked of this person now."""
    if selection.asked is None:
        return []
    waits = col(ClaimRow.status) == Status.AWAITING_SECOND.value
    found: list[ColumnElement[bool]] = [~(waits & _own(selection.asked))]
    if selection.put_off is not None:
        off = _put_off(selection.asked)
        found.append(off if selection.put_off else ~off)
    return found


def _put_off(curator: str) -> ColumnElement[bool]:
    """Return whether a curator put a claim off for themselves."""
    own = select(DeferralRow.claim).where(col(DeferralRow.curator) == person(curator))
    return col(ClaimRow.id).in_(own)
