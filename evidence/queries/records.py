"""Records: the ones still to be read, and the ones to match references with."""

from collections.abc import Collection

from sqlalchemy import or_
from sqlmodel import Session, col, select

from evidence.documents import read_record
from evidence.models import RecordRow
from evidence.records import Record


def unread(
    session: Session, extractor: str, limit: int, after: int = 0
) -> list[Record]:
    """Return up to `limit` records above `after` not read by this extractor, by PMID.

    A record whose text has changed since counts as unread.
    """
    rows = session.exec(
        select(RecordRow.document)
        .where(
            col(RecordRow.pmid) > after,
            or_(
                col(RecordRow.read_with).is_(None),
                col(RecordRow.read_with) != extractor,
            ),
        )
        .order_by(col(RecordRow.pmid))
        .limit(limit)
    )
    return [read_record(document) for document in rows]


def records(session: Session, after: int = 0, limit: int = 500) -> list[Record]:
    """Return up to `limit` records with a PMID above `after`, by PMID."""
    rows = session.exec(
        select(RecordRow.document)
        .where(col(RecordRow.pmid) > after)
        .order_by(col(RecordRow.pmid))
        .limit(limit)
    )
    return [read_record(document) for document in rows]


def held_among(session: Session, pmids: Collection[int]) -> set[int]:
    """Return which of some PMIDs, at most a batch of them, are held."""
    return set(
        session.exec(select(RecordRow.pmid).where(col(RecordRow.pmid).in_(pmids)))
    )
