"""The tables of releases: what was published under which number."""

from datetime import datetime

from sqlalchemy import Text
from sqlmodel import Field

from evidence.columns import UtcDateTime
from evidence.models import Table


class ReleaseRow(Table, table=True):
    """A numbered state of what is published. Rows are only added."""

    __tablename__ = "release"

    number: int = Field(primary_key=True)
    at: datetime = Field(sa_type=UtcDateTime)
    run: int = Field(foreign_key="run.id")
    library_sha256: str
    """Digest of everything that the pages are made from."""
    downloads_sha256: str
    versions: str = Field(default="{}", sa_type=Text)
    counts: str = Field(default="{}", sa_type=Text)
    sentences: str = Field(default="{}", sa_type=Text)
    """What each cell with a finding said, so that the next release can tell."""
    changes: str = Field(default="[]", sa_type=Text)


class ReleasedAddressRow(Table, table=True):
    """A page that a release held; its address never leads nowhere again."""

    __tablename__ = "released_address"

    address: str = Field(primary_key=True)
    release: int = Field(foreign_key="release.number")
