"""Records that PubMed deletes, merges, and has again.

Nothing is deleted here: a decision outlives the record it was taken on. But what was
accepted has to be looked at again, also if the record comes back.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from evidence.database import Database
from evidence.decisions import Status
from evidence.models import ClaimRow, RecordRow
from evidence.reading import parts
from evidence.status import DoubtKind
from evidence.store.doubts import Befallen, note
from evidence.store.runs import Event, audit
from evidence.store.statuses import restate


@dataclass(frozen=True, slots=True)
class Lost:
    """A record of ours that PubMed no longer has, or has under another PMID."""

    pmid: int
    merged_into: int | None
    claims: int
    """Accepted claims of it, which counted until now."""


def mark_gone(
    database: Database,
    session: Session,
    pmids: Sequence[int],
    *,
    at: datetime,
    merged: Mapping[int, int] | None = None,
) -> tuple[Lost, ...]:
    """Note that PubMed no longer has these records; return those that we just lost.

    Parameters
    ----------
    database, session
        Where, and in which transaction.
    pmids
        Records that PubMed was asked for and did not send, held here or not.
    at
        When.
    merged
        The PMID under which PubMed answered for one of them.
    """
    into = merged or {}
    events: list[Event] = []
    touched: list[str] = []
    lost: list[Lost] = []
    for row in _held(session, pmids):
        other = into.get(row.pmid, row.merged_into)
        known = row.gone_at is not None
        if known and other == row.merged_into:
            continue
        row.gone_at, row.merged_into = row.gone_at or at, other
        why = "record_gone" if other is None else "record_merged"
        detail = {} if other is None else {"into": other}
        events.append(Event("pubmed", why, f"pmid:{row.pmid}", detail))
        if known:
            continue
        note(session, row.pmid, [Befallen(DoubtKind.GONE)], at, event=why)
        counted = 0
        claims = session.exec(select(ClaimRow).where(col(ClaimRow.pmid) == row.pmid))
        for claim in claims:
            counted += Status(claim.status).counts
            touched.append(claim.id)
        lost.append(Lost(row.pmid, other, counted))
    session.flush()
    audit(session, at, events)
    restate(database, session, touched)
    return tuple(lost)


def welcome_back(session: Session, before: RecordRow, at: datetime) -> None:
    """Note that PubMed has a record again; its claims stay as doubted as they are."""
    if before.gone_at is None:
        return
    row = session.get_one(RecordRow, before.pmid)
    row.gone_at = row.merged_into = None
    session.flush()
    audit(session, at, [Event("pubmed", "record_returned", f"pmid:{row.pmid}", {})])


def _held(session: Session, pmids: Sequence[int]) -> list[RecordRow]:
    return [
        row
        for part in parts(pmids)
        for row in session.exec(select(RecordRow).where(col(RecordRow.pmid).in_(part)))
    ]
