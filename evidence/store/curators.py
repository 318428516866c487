"""Curators in, and who of them is signed in; every change has its audit line."""

from datetime import datetime

from sqlalchemy import delete, or_, update
from sqlmodel import Session, col, select

from evidence.curator_models import AttemptRow, CuratorRow, LoginRow
from evidence.curators import CuratorError
from evidence.decisions import CuratorRole
from evidence.store.runs import Event, audit


def add_curator(
    session: Session,
    name: str,
    role: CuratorRole,
    password: str,
    *,
    by: str,
    at: datetime,
) -> None:
    """Add a curator with the hash of their password.

    Raises
    ------
    CuratorError
        Where somebody has this name, or one that differs in case only.
    """
    folded = name.casefold()
    taken = session.exec(
        select(CuratorRow.name).where(col(CuratorRow.folded) == folded)
    ).first()
    if taken is not None:
        raise CuratorError(f"there is a curator {taken} already; choose another name")
    session.add(
        CuratorRow(
            name=name, folded=folded, role=role.value, password=password, added_at=at
        )
    )
    session.flush()
    _audit(session, name, "curator_added", by=by, at=at, role=role.value)


def set_role(
    session: Session, name: str, role: CuratorRole, *, by: str, at: datetime
) -> None:
    """Give a curator another role; it holds from their next page on."""
    row = _row(session, name)
    before, row.role = row.role, role.value
    if before != row.role:
        _audit(session, name, "role_changed", by=by, at=at, before=before, now=row.role)


def set_password(
    session: Session, name: str, password: str, *, by: str, at: datetime
) -> None:
    """Store another hash of a password, and sign out every browser of the curator."""
    _row(session, name).password = password
    _sign_out_everywhere(session, name)
    _audit(session, name, "password_changed", by=by, at=at)


def renew_hash(session: Session, name: str, password: str) -> None:
    """Store the same password, hashed at today's costs."""
    _row(session, name).password = password


def set_enabled(
    session: Session, name: str, enabled: bool, *, by: str, at: datetime
) -> None:
    """Let a curator sign in again, or no longer; their decisions stand either way."""
    row = _row(session, name)
    if enabled is (row.disabled_at is None):
        return
    row.disabled_at = None if enabled else at
    if not enabled:
        _sign_out_everywhere(session, name)
    what = "curator_enabled" if enabled else "curator_disabled"
    _audit(session, name, what, by=by, at=at)


def declare(session: Session, name: str, statement: str, *, at: datetime) -> None:
    """Store a curator's statement of interests; earlier ones stay in the audit."""
    row = _row(session, name)
    if row.interests != statement:
        row.interests = statement
        _audit(session, name, "interests_declared", by=name, at=at, statement=statement)
    row.declared_at = at


def sign_in(
    session: Session, name: str, sha256: str, *, address: str, at: datetime
) -> None:
    """Note that a browser is signed in, and forget what failed before."""
    session.add(LoginRow(sha256=sha256, curator=name, opened_at=at, seen_at=at))
    account = name.casefold()
    session.execute(delete(AttemptRow).where(col(AttemptRow.account) == account))
    _audit(session, name, "signed_in", by=name, at=at, address=address)


def seen(session: Session, sha256: str, at: datetime) -> None:
    """Note that a browser was heard of."""
    session.execute(
        update(LoginRow).where(col(LoginRow.sha256) == sha256).values(seen_at=at)
    )


def sign_out(session: Session, sha256: str, *, at: datetime) -> None:
    """Forget a browser."""
    row = session.get(LoginRow, sha256)
    if row is not None:
        session.delete(row)
        _audit(session, row.curator, "signed_out", by=row.curator, at=at)


def forget_logins(session: Session, *, opened: datetime, seen: datetime) -> None:
    """Forget browsers that signed in, or were heard of, before these moments."""
    session.execute(
        delete(LoginRow).where(
            or_(col(LoginRow.opened_at) < opened, col(LoginRow.seen_at) < seen)
        )
    )


def note_try(session: Session, account: str, address: str, *, at: datetime) -> None:
    """Note a try to sign in; before the password is looked at.

    Many tries at once are then many, and none of them is looked at uncounted.
    """
    session.add(AttemptRow(account=account, address=address, at=at))
    session.flush()


def forget_tries(session: Session, *, before: datetime) -> None:
    """Forget tries to sign in that were made before a moment."""
    session.execute(delete(AttemptRow).where(col(AttemptRow.at) < before))


def note_throttled(session: Session, account: str, address: str, at: datetime) -> None:
    """Write into the audit that an account, or an address, is refused for a while."""
    event = Event(address, "sign_in_throttled", f"curator:{account}", {})
    audit(session, at, [event])


def _row(session: Session, name: str) -> CuratorRow:
    row = session.get(CuratorRow, name)
    if row is None:
        raise CuratorError(f"there is no curator {name}; see `curation users list`")
    return row


def _sign_out_everywhere(session: Session, name: str) -> None:
    session.execute(delete(LoginRow).where(col(LoginRow.curator) == name))


def _audit(
    session: Session, name: str, event: str, *, by: str, at: datetime, **detail: str
) -> None:
    audit(session, at, [Event(by, event, f"curator:{name}", detail)])
