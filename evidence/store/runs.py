"""Runs, and the audit trail that says what they and the curators did."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, update
from sqlmodel import Session, col, select

from evidence.documents import digest, write_json
from evidence.library import RunKind, RunOutcome
from evidence.models import METADATA, AuditRow, MetaRow, RunRow

GENESIS = "0" * 64
"""What the first line of the audit trail follows."""

AUDIT_HEAD = "audit_head"
"""Under this key the database remembers the hash of the trail's last line."""


def begin(
    session: Session, kind: RunKind, at: datetime, versions: Mapping[str, str]
) -> int:
    """Open a run and return its id."""
    row = RunRow(kind=kind.value, started=at, versions=write_json(versions))
    session.add(row)
    session.flush()
    if row.id is None:  # pragma: no cover - the database always gives one
        raise AssertionError("a run got no id")
    return row.id


def finish(
    session: Session,
    run: int,
    outcome: RunOutcome,
    at: datetime,
    counts: Mapping[str, Any],
) -> None:
    """Close a run with what it counted."""
    session.execute(
        update(RunRow)
        .where(col(RunRow.id) == run)
        .values(finished=at, outcome=outcome.value, counts=write_json(counts))
    )


def interrupt(session: Session, run: int, counts: Mapping[str, Any]) -> None:
    """Close a run whose process died; nobody knows when that was."""
    session.execute(
        update(RunRow)
        .where(col(RunRow.id) == run)
        .values(outcome=RunOutcome.INTERRUPTED.value, counts=write_json(counts))
    )


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to a subject, for the audit trail."""

    actor: str
    event: str
    subject: str
    detail: Mapping[str, Any]


def chain(previous: str, at: datetime, event: Event) -> str:
    """Return the hash of an audit line: it covers the line before it."""
    line = [previous, at.isoformat(), event.actor, event.event, event.subject]
    return digest(write_json([*line, dict(event.detail)]))


def audit(session: Session, at: datetime, events: Iterable[Event]) -> None:
    """Append events to the audit trail."""
    last = session.exec(
        select(AuditRow.sha256).order_by(col(AuditRow.sequence).desc()).limit(1)
    ).first()
    previous = last or GENESIS
    lines = []
    for event in events:
        sha256 = chain(previous, at, event)
        lines.append(
            {
                "at": at,
                "actor": event.actor,
                "event": event.event,
                "subject": event.subject,
                "detail": write_json(event.detail),
                "previous": previous,
                "sha256": sha256,
            }
        )
        previous = sha256
    if lines:
        session.connection().execute(insert(METADATA.tables["audit"]), lines)
        session.merge(MetaRow(key=AUDIT_HEAD, value=previous))
