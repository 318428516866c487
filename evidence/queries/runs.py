"""Runs, and the figures of `curation status`."""

import json
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func
from sqlmodel import Session, col, select

from evidence.decisions import Status
from evidence.library import Run, RunKind, RunOutcome
from evidence.models import ClaimRow, DecisionRow, RecordRow, RunRow

SHOWN = 50
"""How many runs are told of."""


def runs(session: Session, limit: int = SHOWN) -> tuple[Run, ...]:
    """Return the newest runs, newest first."""
    rows = session.exec(select(RunRow).order_by(col(RunRow.id).desc()).limit(limit))
    return tuple(_run(row) for row in rows)


def open_runs(session: Session) -> tuple[Run, ...]:
    """Return the runs that nobody has closed: at work, or dead."""
    rows = session.exec(
        select(RunRow).where(col(RunRow.outcome).is_(None)).order_by(col(RunRow.id))
    )
    return tuple(_run(row) for row in rows)


def last_of_each_kind(session: Session) -> dict[RunKind, Run]:
    """Return the newest run of each kind, however it ended."""
    newest = select(func.max(RunRow.id)).group_by(col(RunRow.kind))
    rows = session.exec(select(RunRow).where(col(RunRow.id).in_(newest)))
    return {RunKind(row.kind): _run(row) for row in rows}


def _run(row: RunRow) -> Run:
    return Run(
        id=row.id or 0,
        kind=RunKind(row.kind),
        started=row.started,
        finished=row.finished,
        outcome=RunOutcome(row.outcome) if row.outcome else None,
        counts=json.loads(row.counts),
        versions=json.loads(row.versions),
    )


def told_runs(session: Session, limit: int = SHOWN) -> tuple[Run, ...]:
    """Return the newest runs that readers are told of, newest first.

    Not the publications: a site that told of its own making could not be made again.
    """
    found = select(RunRow).where(col(RunRow.kind) != RunKind.PUBLISH.value)
    rows = session.exec(found.order_by(col(RunRow.id).desc()).limit(limit))
    return tuple(map(_run, rows))


def last_refresh(session: Session) -> datetime | None:
    """Return when the last refresh completed; None where none ever did."""
    return session.exec(
        select(func.max(col(RunRow.finished))).where(
            col(RunRow.outcome) == RunOutcome.COMPLETE.value,
            col(RunRow.kind) == RunKind.REFRESH.value,
        )
    ).one()


@dataclass(frozen=True, slots=True)
class Standing:
    """How much there is, and how far it has come."""

    records: int
    without_abstract: int
    unread: int
    """Records that the extractor has not read in their present version."""
    claims: int
    claims_by_status: dict[str, int]
    decisions: int
    last_complete_run: datetime | None


def standing(session: Session) -> Standing:
    """Count records, claims and decisions."""
    records = select(func.count()).select_from(RecordRow)
    by_status = dict(
        session.exec(
            select(ClaimRow.status, func.count())
            .group_by(col(ClaimRow.status))
            .order_by(col(ClaimRow.status))
        ).all()
    )
    last = session.exec(
        select(func.max(col(RunRow.finished))).where(
            col(RunRow.outcome) == RunOutcome.COMPLETE.value
        )
    ).one()
    return Standing(
        records=session.exec(records).one(),
        without_abstract=session.exec(
            records.where(col(RecordRow.has_abstract).is_(False))
        ).one(),
        unread=session.exec(records.where(col(RecordRow.read_with).is_(None))).one(),
        claims=sum(by_status.values()),
        claims_by_status={
            s.value: by_status[s.value] for s in Status if s in by_status
        },
        decisions=session.exec(select(func.count()).select_from(DecisionRow)).one(),
        last_complete_run=last,
    )
