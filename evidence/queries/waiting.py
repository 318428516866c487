"""What waits for a curator, counted by status, cell and paper."""

from collections import Counter, defaultdict
from dataclasses import dataclass

from sqlalchemy import case, func
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, select

from evidence.decisions import Status
from evidence.documents import read_record
from evidence.models import ClaimCountRow, ClaimRow, RecordRow

WAITING = tuple(s for s in Status if s.awaits and s is not Status.DEFERRED)
"""What a queue asks for; what was put off has a queue of its own."""


@dataclass(frozen=True, slots=True)
class WaitingPaper:
    """A paper with claims that wait."""

    pmid: int
    title: str | None
    waiting: int


@dataclass(frozen=True, slots=True)
class CellCount:
    """How many papers fill a cell, and how many claims of it wait."""

    papers: int
    """How many papers have a claim in it that counts."""
    domain: str
    role: str
    treatment: str
    waiting: int


def by_status(session: Session) -> dict[Status, int]:
    """Count the claims of each status."""
    counted = session.exec(
        select(ClaimCountRow.status, func.sum(col(ClaimCountRow.claims))).group_by(
            col(ClaimCountRow.status)
        )
    ).all()
    return {Status(status): count for status, count in counted}


def waiting_by(session: Session) -> dict[str, dict[str, int]]:
    """Count the waiting claims of each treatment, domain and role, most first."""
    counted: dict[str, Counter[str]] = defaultdict(Counter)
    for cell in cells(session):
        for name in ("treatment", "domain", "role"):
            counted[name][getattr(cell, name)] += cell.waiting
    return {
        name: dict(sorted(found.items(), key=lambda item: (-item[1], item[0])))
        for name, found in ((n, +counted[n]) for n in ("treatment", "domain", "role"))
    }


def waiting_by_design(session: Session) -> dict[str, int]:
    """Count the waiting claims of each design, most first."""
    counted = session.execute(
        select_columns(col(ClaimCountRow.design), func.sum(col(ClaimCountRow.claims)))
        .where(col(ClaimCountRow.status).in_([status.value for status in WAITING]))
        .group_by(col(ClaimCountRow.design))
    )
    found = {row[0]: row[1] for row in counted}
    return dict(sorted(found.items(), key=lambda item: (-item[1], item[0])))


def waiting_papers(session: Session, limit: int) -> tuple[WaitingPaper, ...]:
    """Return the papers with the most waiting claims."""
    counted = session.execute(
        select_columns(col(ClaimRow.pmid), func.count())
        .where(col(ClaimRow.status).in_([status.value for status in WAITING]))
        .group_by(col(ClaimRow.pmid))
        .order_by(func.count().desc(), col(ClaimRow.pmid))
        .limit(limit)
    ).all()
    rows = session.exec(
        select(RecordRow).where(col(RecordRow.pmid).in_([pmid for pmid, _ in counted]))
    )
    titles = {row.pmid: read_record(row.document).title for row in rows}
    return tuple(WaitingPaper(pmid, titles[pmid], count) for pmid, count in counted)


def cells(session: Session) -> list[CellCount]:
    """Return every cell that holds a claim; only claims that count are read."""
    counts = [status.value for status in Status if status.counts]
    waits = [status.value for status in WAITING]
    names = ("domain", "role", "treatment")
    filled = [col(getattr(ClaimRow, name)) for name in names]
    papers = {
        tuple(row[:-1]): row[-1]
        for row in session.execute(
            select_columns(*filled, func.count(col(ClaimRow.pmid).distinct()))
            .where(col(ClaimRow.status).in_(counts))
            .group_by(*filled)
        )
    }
    kinds = [col(getattr(ClaimCountRow, name)) for name in names]
    number = col(ClaimCountRow.claims)
    waiting = case((col(ClaimCountRow.status).in_(waits), number), else_=0)
    rows = session.execute(select_columns(*kinds, func.sum(waiting)).group_by(*kinds))
    return [CellCount(papers.get(tuple(row[:-1]), 0), *row) for row in rows]
