"""A queue as a spreadsheet: one row a claim, to be decided in and read back.

A row says which version of its claim it shows. What is hidden from a curator on the
page is hidden in their sheet.
"""

import hashlib
from collections.abc import Mapping
from pathlib import Path

from sqlmodel import Session

from curation.clock import Clock, now
from curation.review import amending
from curation.review.access import Access, Person
from curation.review.claim_view import claim_of, is_closed, seen_of, shown_of
from curation.review.fields import CHOICES, OPTIONAL, YES_NO
from curation.review.presence import Presence
from curation.review.queue import Queue
from curation.review.review import Review
from curation.review.sheet_answers import (
    AMENDABLE,
    NEW,
    NONE,
    TAKEN_HERE,
    text,
)
from curation.review.sheet_files import write_sheet
from evidence.blinding import visible
from evidence.claims import Claim
from evidence.database import Database
from evidence.decisions import CuratorRole, Reason
from evidence.errors import DecisionError
from evidence.queries import claims as reads
from evidence.queries import queues
from evidence.queries.curators import curators
from evidence.status import person
from evidence.types import Draft

LONGEST_SHEET = 2_000
"""Claims in a sheet; more is asked for by filters."""

CONTEXT = 400
"""Characters of the text before and after the quote."""

WHERE = ("claim", "version", "pmid", "year", "title", "before", "quote", "after")
ANSWERS = ("decision", "reason", "note")
SHOWN = AMENDABLE[1:]
COLUMNS = (*WHERE, *ANSWERS, *(c for n in SHOWN for c in (n, NEW[n])), NEW["quote"])
FIXED = (*WHERE, *SHOWN)
"""Columns that say what the claim is; nobody fills them in."""


def review_as(database: Database, curator: str, clock: Clock = now) -> Review:
    """Return the review as a curator sees it who works in a spreadsheet.

    Raises
    ------
    DecisionError
        Where the database has curators, and this is none of them.
    """
    with database.read() as session:
        known = curators(session)
        dual = database.dual(session)
    role = CuratorRole.CURATOR
    if known:
        found = [one for one in known if person(one.name) == person(curator)]
        if not found:
            raise DecisionError(
                f"nobody named {curator} reviews in this database; see `curation users`"
            )
        curator, role = found[0].name, found[0].role
    return Review(
        database,
        Access(0, curator, role),
        Presence(clock),
        clock,
        Person(curator, role, ""),
        dual,
    )


def export_queue(review: Review, path: Path, asked: Mapping[str, str]) -> int:
    """Write the claims of a queue as a sheet; return how many.

    Parameters
    ----------
    review
        As whoever decides in the sheet sees it.
    path
        A .csv or .xlsx file.
    asked
        The queue, as the address of one says it.

    Raises
    ------
    DecisionError
        Where this person settles disputes, which needs both words in view.
    NotFoundError
        Where a filter names nothing of the protocol.
    SheetError
        Where the file cannot be written.
    """
    if review.settles:
        raise DecisionError(
            "you settle disputes, with both words in view; do that on the review page"
        )
    queue = Queue.read(asked, review.protocol)
    queue = queue.asked_of(review.curator, review.waits, dual=review.dual)
    with review.database.read() as session:
        ids = queues.listed(session, queue.selection, LONGEST_SHEET)
        rows = (
            cells_of(review, session, claim_of(review, session, one))
            for one in ids
            if not is_closed(session, one)
        )
        return write_sheet(path, COLUMNS, rows, _allowed(review))


def _allowed(review: Review) -> dict[str, list[str]]:
    protocol = review.protocol
    closed = {
        NEW[name]: [*kind, *([NONE] if name in OPTIONAL else [])]
        for name, kind in CHOICES.items()
    }
    return {
        "decision": list(TAKEN_HERE),
        "reason": list(Reason),
        **closed,
        **{NEW[name]: ["yes", "no"] for name in YES_NO},
        NEW["treatment"]: list(protocol.treatments),
        NEW["comparator"]: [NONE, *protocol.treatments, *protocol.comparators],
        NEW["domain"]: list(protocol.domains),
        NEW["measure"]: [NONE, *protocol.outcomes],
        NEW["population"]: list(protocol.populations),
    }


def cells_of(review: Review, session: Session, claim: Claim) -> dict[str, str]:
    """Return what the fixed columns of a claim's row say."""
    draft = claim.draft
    history = visible(reads.decisions_of(session, claim.id), review.sight)
    quoted = text(session, draft)
    title = reads.paper(session, draft.pmid).record.title
    values = amending.values_of(draft)
    return {
        "claim": claim.id,
        "version": version_of(claim.id, draft, seen_of(history)),
        "pmid": str(draft.pmid),
        "year": str(claim.year or ""),
        "title": title or "",
        "before": quoted[max(0, draft.start - CONTEXT) : draft.start],
        "after": quoted[draft.end : draft.end + CONTEXT],
        **{n: values[n] for n in AMENDABLE if n not in YES_NO},
        **{n: values[n] or "no" for n in YES_NO},
    }


def version_of(claim: str, draft: Draft, seen: str) -> str:
    """Return a word for a claim as it was shown: its id, its fields, its decisions."""
    state = f"{shown_of(draft)} {seen}"
    parts = (hashlib.sha256(part.encode()).hexdigest() for part in (claim, state))
    return f"v{next(parts)[:8]}{next(parts)[:16]}"
