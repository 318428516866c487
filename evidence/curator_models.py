"""The tables of a team: its curators, who is signed in, who tried to be."""

from datetime import datetime

from sqlalchemy import Index, Text
from sqlmodel import Field

from evidence.columns import UtcDateTime, one_of
from evidence.decisions import CuratorRole
from evidence.models import Table


class CuratorRow(Table, table=True):
    """A person who may sign in, or once could; never deleted."""

    __tablename__ = "curator"
    __table_args__ = (one_of("role", CuratorRole),)

    name: str = Field(primary_key=True)
    folded: str = Field(unique=True)
    """The name without case: two that look alike would be one to readers."""
    role: str
    password: str = Field(sa_type=Text)
    """An argon2id hash with its salt and costs; never the password."""
    added_at: datetime = Field(sa_type=UtcDateTime)
    disabled_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    interests: str | None = Field(default=None, sa_type=Text)
    declared_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class LoginRow(Table, table=True):
    """A browser that is signed in, by the digest of its cookie alone."""

    __tablename__ = "login"

    sha256: str = Field(primary_key=True)
    curator: str = Field(foreign_key="curator.name", index=True)
    opened_at: datetime = Field(sa_type=UtcDateTime)
    seen_at: datetime = Field(sa_type=UtcDateTime)


class AttemptRow(Table, table=True):
    """A try to sign in that has not succeeded; forgotten after a while."""

    __tablename__ = "login_attempt"
    __table_args__ = (
        Index("ix_login_attempt_account", "account", "at"),
        Index("ix_login_attempt_address", "address", "at"),
    )

    id: int | None = Field(default=None, primary_key=True)
    account: str
    address: str
    at: datetime = Field(sa_type=UtcDateTime)
