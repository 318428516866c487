"""Tables of the review itself: slices that were drawn, queues that have a name."""

from datetime import datetime

from sqlalchemy import Text
from sqlmodel import Field

from evidence.columns import UtcDateTime
from evidence.models import Table


class SavedQueueRow(Table, table=True):
    """A queue that a curator gave a name: whose, and what its address says."""

    __tablename__ = "saved_queue"

    curator: str = Field(primary_key=True)
    name: str = Field(primary_key=True)
    address: str = Field(sa_type=Text)
    at: datetime = Field(sa_type=UtcDateTime)


class DeferralRow(Table, table=True):
    """That a person put a claim off; follows from the decisions on it."""

    __tablename__ = "deferral"

    curator: str = Field(primary_key=True)
    """The name without case: two that differ in it alone are one person."""
    claim: str = Field(primary_key=True, foreign_key="claim.id", index=True)


class SliceRow(Table, table=True):
    """A random slice of the proposed claims, drawn once."""

    __tablename__ = "slice"

    seed: str = Field(primary_key=True)
    curator: str
    at: datetime = Field(sa_type=UtcDateTime)
    drawn_from: int | None = None
    """How many claims there were to draw from; None where a ledger told of it."""


class SliceClaimRow(Table, table=True):
    """A claim that a slice drew; it stays in it, whatever becomes of it."""

    __tablename__ = "slice_claim"

    seed: str = Field(primary_key=True, foreign_key="slice.seed")
    claim: str = Field(primary_key=True, foreign_key="claim.id", index=True)
