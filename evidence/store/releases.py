"""Releases: a number for a state of what is published."""

from collections.abc import Iterable
from dataclasses import asdict

from sqlalchemy import insert
from sqlmodel import Session, select

from evidence.documents import write_json
from evidence.library import Release
from evidence.release_models import ReleasedAddressRow, ReleaseRow


def save_release(
    session: Session, release: Release, addresses: Iterable[str], *, run: int
) -> None:
    """Store a release and the pages that it holds.

    Parameters
    ----------
    session
        The transaction.
    release
        Its number is one that no other has.
    addresses
        Of the pages whose address must never lead nowhere.
    run
        The run that published it.
    """
    session.execute(
        insert(ReleaseRow).values(
            number=release.number,
            at=release.at,
            run=run,
            library_sha256=release.library_sha256,
            downloads_sha256=release.downloads_sha256,
            versions=write_json(dict(release.versions)),
            counts=write_json(dict(release.counts)),
            sentences=write_json(dict(release.sentences)),
            changes=write_json([asdict(change) for change in release.changes]),
        )
    )
    known = set(session.exec(select(ReleasedAddressRow.address)))
    fresh = sorted(set(addresses) - known)
    if fresh:
        rows = [{"address": a, "release": release.number} for a in fresh]
        session.execute(insert(ReleasedAddressRow), rows)
