"""The tables of retrieval: what was searched and loaded, and what is still open."""

from datetime import datetime

from sqlalchemy import Text
from sqlmodel import Field

from evidence.columns import UtcDateTime
from evidence.models import Table


class SearchRow(Table, table=True):
    """A search as it was sent, and whether all that it found was fetched."""

    __tablename__ = "search"

    run: int = Field(primary_key=True, foreign_key="run.id")
    search: str = Field(primary_key=True)
    query: str = Field(sa_type=Text)
    topic_sha256: str
    """Of the query without its dates: another one, another search."""
    swept: bool
    """It searched from the protocol's date on, not only an increment."""
    window_start: str | None = None
    """First day of the window; None where all years were searched."""
    expected: int
    found: int
    known_found: str = Field(default="[]", sa_type=Text)
    """PMIDs of references that it is known to find, and found, as JSON."""
    phrases_not_found: str = Field(default="[]", sa_type=Text)
    complete: bool
    at: datetime = Field(sa_type=UtcDateTime)


class QuarantineRow(Table, table=True):
    """A record that could not be read, with what NCBI sent; asked for again."""

    __tablename__ = "quarantine"

    pmid: int = Field(primary_key=True)
    reason: str = Field(sa_type=Text)
    body: bytes
    run: int = Field(foreign_key="run.id")


class PassedOverRow(Table, table=True):
    """A paper that cites a reference but is older than the searches reach."""

    __tablename__ = "passed_over"

    pmid: int = Field(primary_key=True)
    run: int = Field(foreign_key="run.id")


class ReferenceRow(Table, table=True):
    """Where a reference of the review stands."""

    __tablename__ = "reference"

    number: int = Field(primary_key=True)
    state: str
    pmid: int | None = None
    method: str | None = None
    agreements: str = Field(default="[]", sa_type=Text)
    candidates: str = Field(default="[]", sa_type=Text)
    run: int = Field(foreign_key="run.id")


class LoadedFileRow(Table, table=True):
    """A baseline or update file that was loaded to its end."""

    __tablename__ = "loaded_file"

    name: str = Field(primary_key=True)
    sha256: str = Field(primary_key=True)
    selection: str = Field(primary_key=True)
    """Which of its records were kept: a digest of the searches, or "all"."""
    run: int = Field(foreign_key="run.id")
