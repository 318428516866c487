"""Searches as they were sent, records that could not be read, papers passed over."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, insert
from sqlmodel import Session, col, select

from evidence.documents import digest, write_json
from evidence.retrieval_models import PassedOverRow, QuarantineRow, SearchRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Searched:
    """One search of a run: its words, and what it found."""

    search: str
    query: str
    window_start: str | None
    """First day of the window, as a date; None where all years were searched."""
    found: tuple[int, ...]
    """What it found in its window, known items left out."""
    topic: str = ""
    """The query without its dates."""
    swept: bool = False
    """It searched from the protocol's date on, not only an increment."""
    known_found: tuple[int, ...] = ()
    """References that it is known to find, and found."""
    phrases_not_found: tuple[str, ...] = ()


def save_searches(
    session: Session, searches: Iterable[Searched], *, run: int, at: datetime
) -> None:
    """Store complete searches. Belongs in the transaction that completes the run.

    Parameters
    ----------
    session
        The transaction.
    searches
        What was searched; each gathered whole.
    run
        The run that searched.
    at
        When the run began: the next increment starts from there.
    """
    for one in searches:
        session.execute(
            insert(SearchRow).values(
                run=run,
                search=one.search,
                query=one.query,
                topic_sha256=digest(one.topic),
                swept=one.swept,
                window_start=one.window_start,
                expected=len(one.found),
                found=len(one.found),
                known_found=write_json(list(one.known_found)),
                phrases_not_found=write_json(list(one.phrases_not_found)),
                complete=True,
                at=at,
            )
        )


def save_quarantine(
    session: Session, refused: Iterable[tuple[int, str, bytes]], *, run: int
) -> None:
    """Keep what NCBI sent for records that could not be read, the newest each."""
    for pmid, reason, body in refused:
        session.execute(delete(QuarantineRow).where(col(QuarantineRow.pmid) == pmid))
        session.execute(
            insert(QuarantineRow).values(pmid=pmid, reason=reason, body=body, run=run)
        )


def release_quarantine(session: Session, pmids: Iterable[int]) -> None:
    """Let go of records that have been read since."""
    for pmid in pmids:
        session.execute(delete(QuarantineRow).where(col(QuarantineRow.pmid) == pmid))


def pass_over(session: Session, pmids: Iterable[int], *, run: int) -> None:
    """Remember citing papers that are older than the searches reach."""
    known = set(session.exec(select(PassedOverRow.pmid)))
    fresh = sorted(set(pmids) - known)
    if fresh:
        rows = [{"pmid": pmid, "run": run} for pmid in fresh]
        session.execute(insert(PassedOverRow), rows)
