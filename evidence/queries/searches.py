"""What a refresh must know before it asks PubMed anything."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, tuple_
from sqlmodel import Session, col, select

from evidence.decisions import Status
from evidence.models import ClaimRow, RecordRow
from evidence.records import Retraction
from evidence.retrieval_models import PassedOverRow, QuarantineRow, SearchRow


@dataclass(frozen=True, slots=True)
class Sweep:
    """The newest search of one kind that reached back to the protocol's date."""

    at: datetime
    count: int
    topic_sha256: str
    since: date


@dataclass(frozen=True, slots=True)
class LastSearch:
    """The newest complete run of one search."""

    at: datetime
    """When that run began."""
    query: str
    phrases_not_found: frozenset[str]
    known_found: frozenset[int]
    """PMIDs of references that it found."""
    sweep: Sweep | None
    """The newest one that searched everything; it may be older."""


@dataclass(frozen=True, slots=True)
class Held:
    """Which records are held, and which of them need watching."""

    pmids: frozenset[int]
    retracted: frozenset[int]
    watched: frozenset[int]
    """Records with a claim that somebody decided on."""
    quarantined: frozenset[int]
    passed_over: frozenset[int]
    gone: frozenset[int]
    """Records that PubMed no longer has, or has under another PMID."""


def last_searches(session: Session) -> dict[str, LastSearch]:
    """Return the newest complete run of each search, with its newest sweep."""
    swept = {
        row.search: Sweep(
            at=row.at,
            count=row.found,
            topic_sha256=row.topic_sha256,
            since=date.fromisoformat(row.window_start),
        )
        for row in _newest(session, col(SearchRow.swept))
        if row.window_start is not None
    }
    return {
        row.search: LastSearch(
            at=row.at,
            query=row.query,
            phrases_not_found=frozenset(json.loads(row.phrases_not_found)),
            known_found=frozenset(json.loads(row.known_found)),
            sweep=swept.get(row.search),
        )
        for row in _newest(session)
    }


def _newest(session: Session, *wanted: Any) -> Sequence[SearchRow]:
    """Return the newest complete row of each search that fulfils a condition."""
    newest = (
        select(SearchRow.search, func.max(SearchRow.run))
        .where(col(SearchRow.complete), *wanted)
        .group_by(col(SearchRow.search))
    )
    place = tuple_(col(SearchRow.search), col(SearchRow.run))
    return session.exec(select(SearchRow).where(place.in_(newest))).all()


def held(session: Session) -> Held:
    """Return the records that are held, by what a refresh does with them."""
    retracted = select(RecordRow.pmid).where(
        col(RecordRow.retraction) == Retraction.RETRACTED.value
    )
    undecided = (Status.PROPOSED.value, Status.WITHDRAWN.value, Status.REJECTED.value)
    watched = (
        select(ClaimRow.pmid).where(col(ClaimRow.status).not_in(undecided)).distinct()
    )
    gone = select(RecordRow.pmid).where(col(RecordRow.gone_at).is_not(None))
    return Held(
        pmids=frozenset(session.exec(select(RecordRow.pmid))),
        retracted=frozenset(session.exec(retracted)),
        watched=frozenset(session.exec(watched)),
        quarantined=frozenset(session.exec(select(QuarantineRow.pmid))),
        passed_over=frozenset(session.exec(select(PassedOverRow.pmid))),
        gone=frozenset(session.exec(gone)),
    )
