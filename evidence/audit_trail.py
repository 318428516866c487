"""Whether the audit trail is whole, and tells of every decision."""

import json
from collections.abc import Iterator
from itertools import zip_longest
from typing import Any

from sqlmodel import Session, col, select

from evidence.database import Database
from evidence.models import AuditRow, DecisionRow
from evidence.soundness import BATCH
from evidence.store.runs import AUDIT_HEAD, GENESIS, Event, chain


def check_audit(database: Database, session: Session) -> Iterator[str]:
    """Yield where the chain of hashes breaks."""
    previous = GENESIS
    for row in _lines(session):
        event = Event(row.actor, row.event, row.subject, _detail(row))
        if row.previous != previous or row.sha256 != chain(previous, row.at, event):
            yield f"the audit chain breaks at line {row.sequence}"
            return
        previous = row.sha256
    if previous != (database.meta(session, AUDIT_HEAD) or GENESIS):
        yield "the audit chain does not end with the line that was written last"


def check_audited(session: Session) -> Iterator[str]:
    """Yield decisions that the audit trail does not have, or has in another order."""
    details = (_detail(row) for row in _lines(session))
    audited = (d["decision"] for d in details if "decision" in d)
    decisions = iter(
        session.exec(
            select(DecisionRow.id)
            .order_by(col(DecisionRow.sequence))
            .execution_options(yield_per=BATCH)
        )
    )
    for told, stored in zip_longest(audited, decisions):
        if told == stored:
            continue
        # Only where something is wrong is the rest of both held in memory.
        trail = {told, *audited} - {None}
        held = {stored, *decisions} - {None}
        yield from (f"decision {d} has no audit line" for d in sorted(held - trail))
        yield from (
            f"decision {d} was audited and is gone" for d in sorted(trail - held)
        )
        if held == trail:
            yield f"decision {stored} stands where the audit trail has {told}"


def _lines(session: Session) -> Iterator[AuditRow]:
    lines = select(AuditRow).order_by(col(AuditRow.sequence))
    with session.exec(lines.execution_options(yield_per=BATCH)) as rows:
        yield from rows


def _detail(row: AuditRow) -> dict[str, Any]:
    try:
        detail = json.loads(row.detail)
    except ValueError:
        return {}
    return detail if isinstance(detail, dict) else {}
