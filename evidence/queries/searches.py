"""What a refresh must know before it asks PubMed anything."""

import json
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from evidence.decisions import Status
from evidence.models import (
    ClaimRow,
    PassedOverRow,
    QuarantineRow,
    RecordRow,
    SearchRow,
)
from evidence.records import Retraction


@dataclass(frozen=True, slots=True)
class LastSearch:
    """The newest complete run of one search."""

    at: datetime
    """When that run began."""
    count: int
    swept: bool
    """It searched from the protocol's date on, not only an increment."""
    phrases_not_found: frozenset[str]


@dataclass(frozen=True, slots=True)
class Held:
    """Which records are held, and which of them need watching."""

    pmids: frozenset[int]
    retracted: frozenset[int]
    watched: frozenset[int]
    """Records with a claim that somebody decided on."""
    quarantined: frozenset[int]
    passed_over: frozenset[int]


def last_searches(session: Session) -> dict[str, LastSearch]:
    """Return the newest complete run of each search, and the last sweep's count."""
    found: dict[str, LastSearch] = {}
    rows = session.exec(
        select(SearchRow).where(col(SearchRow.complete)).order_by(col(SearchRow.run))
    )
    for row in rows:
        found[row.search] = LastSearch(
            at=row.at,
            count=row.found,
            swept="[lr]" not in row.query,
            phrases_not_found=frozenset(json.loads(row.phrases_not_found)),
        )
    return found


def held(session: Session) -> Held:
    """Return the records that are held, by what a refresh does with them."""
    retracted = select(RecordRow.pmid).where(
        col(RecordRow.retraction) == Retraction.RETRACTED.value
    )
    undecided = (Status.PROPOSED.value, Status.WITHDRAWN.value, Status.REJECTED.value)
    watched = (
        select(ClaimRow.pmid).where(col(ClaimRow.status).not_in(undecided)).distinct()
    )
    return Held(
        pmids=frozenset(session.exec(select(RecordRow.pmid))),
        retracted=frozenset(session.exec(retracted)),
        watched=frozenset(session.exec(watched)),
        quarantined=frozenset(session.exec(select(QuarantineRow.pmid))),
        passed_over=frozenset(session.exec(select(PassedOverRow.pmid))),
    )
