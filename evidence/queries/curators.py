"""Curators, who of them is signed in, and the audit trail."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func
from sqlmodel import Session, col, select

from evidence.curator_models import AttemptRow, CuratorRow, LoginRow
from evidence.curators import Curator
from evidence.decisions import CuratorRole
from evidence.models import AuditRow

SHOWN = 100
"""How many lines of the audit trail a page shows."""


@dataclass(frozen=True, slots=True)
class Login:
    """A browser that is signed in."""

    curator: Curator
    opened_at: datetime
    seen_at: datetime


@dataclass(frozen=True, slots=True)
class AuditLine:
    """A line of the audit trail."""

    sequence: int
    at: datetime
    actor: str
    event: str
    subject: str
    detail: Mapping[str, Any]


def curators(session: Session) -> tuple[Curator, ...]:
    """Return all curators, by name."""
    rows = session.exec(select(CuratorRow).order_by(col(CuratorRow.folded)))
    return tuple(_curator(row) for row in rows)


def has_curators(session: Session) -> bool:
    """Return whether anybody may sign in."""
    enabled = select(CuratorRow.name).where(col(CuratorRow.disabled_at).is_(None))
    return session.exec(enabled.limit(1)).first() is not None


def password_of(session: Session, account: str) -> tuple[str, str] | None:
    """Return name and password hash of a curator, whatever the case of the letters.

    None where there is none, or they may no longer sign in.
    """
    row = session.exec(
        select(CuratorRow).where(
            col(CuratorRow.folded) == account, col(CuratorRow.disabled_at).is_(None)
        )
    ).first()
    return (row.name, row.password) if row is not None else None


def login(session: Session, sha256: str) -> Login | None:
    """Return who is signed in under the digest of a cookie."""
    found = session.exec(
        select(LoginRow, CuratorRow)
        .join(CuratorRow, col(CuratorRow.name) == col(LoginRow.curator))
        .where(col(LoginRow.sha256) == sha256, col(CuratorRow.disabled_at).is_(None))
    ).first()
    if found is None:
        return None
    row, curator = found
    return Login(_curator(curator), row.opened_at, row.seen_at)


@dataclass(frozen=True, slots=True)
class Tries:
    """How often somebody tried to sign in and did not succeed."""

    of_account: int
    """With this name, from anywhere."""
    from_address: int
    """From this address, with any name."""
    of_both: int


def tries(session: Session, account: str, address: str) -> Tries:
    """Count the tries that are remembered."""
    same_account = col(AttemptRow.account) == account
    same_address = col(AttemptRow.address) == address
    return Tries(
        *(
            session.exec(
                select(func.count()).select_from(AttemptRow).where(wanted)
            ).one()
            for wanted in (same_account, same_address, same_account & same_address)
        )
    )


def audit_lines(
    session: Session, before: int | None = None, limit: int = SHOWN
) -> tuple[AuditLine, ...]:
    """Return lines of the audit trail, newest first, those before `before` only."""
    query = select(AuditRow).order_by(col(AuditRow.sequence).desc()).limit(limit)
    if before is not None:
        query = query.where(col(AuditRow.sequence) < before)
    return tuple(
        AuditLine(
            sequence=row.sequence or 0,
            at=row.at,
            actor=row.actor,
            event=row.event,
            subject=row.subject,
            detail=json.loads(row.detail),
        )
        for row in session.exec(query)
    )


def _curator(row: CuratorRow) -> Curator:
    return Curator(
        name=row.name,
        role=CuratorRole(row.role),
        added_at=row.added_at,
        disabled_at=row.disabled_at,
        interests=row.interests,
        declared_at=row.declared_at,
    )
