"""Releases, and the pages that they held."""

import json

from sqlmodel import Session, col, select

from evidence.library import CellChange, Release
from evidence.release_models import ReleasedAddressRow, ReleaseRow
from evidence.types import Role


def releases(session: Session) -> tuple[Release, ...]:
    """Return every release, newest first."""
    rows = session.exec(select(ReleaseRow).order_by(col(ReleaseRow.number).desc()))
    return tuple(
        Release(
            number=row.number,
            at=row.at,
            library_sha256=row.library_sha256,
            downloads_sha256=row.downloads_sha256,
            versions=json.loads(row.versions),
            counts=json.loads(row.counts),
            sentences=json.loads(row.sentences),
            changes=tuple(
                CellChange(**{**change, "role": Role(change["role"])})
                for change in json.loads(row.changes)
            ),
        )
        for row in rows
    )


def released_addresses(session: Session) -> frozenset[str]:
    """Return the address of every page that any release held."""
    return frozenset(session.exec(select(ReleasedAddressRow.address)))
