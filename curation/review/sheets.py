"""A queue as a spreadsheet: written out, decided in, and read back row by row.

A row says which version of its claim it shows. What was decided or read anew since is
a conflict, told and not taken; so is nothing of a row in which a single cell is wrong.
The other rows of the file are taken: each stands for itself. What is hidden from a
curator on the page is hidden in their sheet.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from sqlmodel import Session

from curation.clock import Clock, now
from curation.review import amending
from curation.review.access import Access, Person
from curation.review.claim_view import claim_of, is_closed, seen_of, shown_of
from curation.review.deciding import decide_on, refuse_verdict
from curation.review.errors import FormError
from curation.review.fields import CHOICES, OPTIONAL, YES_NO
from curation.review.presence import Presence
from curation.review.queue import Queue
from curation.review.review import Review
from curation.review.sheet_answers import (
    AMENDABLE,
    NEW,
    NONE,
    TAKEN_HERE,
    answer,
    refuse,
    text,
)
from curation.review.sheet_files import SheetRow, read_sheet, write_sheet
from evidence.blinding import visible
from evidence.claims import Claim
from evidence.database import Database
from evidence.decisions import CuratorRole, Reason
from evidence.errors import ConflictError, DecisionError, EvidenceError
from evidence.queries import claims as reads
from evidence.queries import queues
from evidence.queries.curators import curators
from evidence.status import live, person
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

_VERSION = re.compile(r"v[0-9a-f]{24}")


class Fate(StrEnum):
    """What became of a row."""

    TAKEN = "taken"
    UNCHANGED = "unchanged"
    """The same curator took the same decision on the same version before."""
    LEFT_EMPTY = "left empty"
    CONFLICT = "conflict"
    """The claim is not what the row shows any more."""
    INVALID = "invalid"


@dataclass(frozen=True, slots=True)
class RowReport:
    """What became of a row, and why."""

    row: int
    """As a spreadsheet counts."""
    claim: str
    fate: Fate
    why: str = ""


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
    queue = Queue.read(asked, review.protocol).asked_of(review.curator, review.waits)
    with review.database.read() as session:
        ids = queues.listed(session, queue.selection, LONGEST_SHEET)
        rows = (
            _cells(review, session, claim_of(review, session, one))
            for one in ids
            if not is_closed(session, one)
        )
        return write_sheet(path, COLUMNS, rows, _allowed(review))


def import_sheet(review: Review, path: Path) -> list[RowReport]:
    """Take the decisions of a sheet, each row by itself; say what became of each.

    Raises
    ------
    SheetError
        Where the file cannot be read whole: then nothing of it is taken.
    """
    return list(_take_all(review, read_sheet(path, COLUMNS)))


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


def _cells(review: Review, session: Session, claim: Claim) -> dict[str, str]:
    """Return what the fixed columns of a claim's row say."""
    draft = claim.draft
    history = visible(reads.decisions_of(session, claim.id), review.sight)
    quoted = text(session, draft)
    title = reads.paper(session, draft.pmid).record.title
    values = amending.values_of(draft)
    return {
        "claim": claim.id,
        "version": _version(claim.id, draft, seen_of(history)),
        "pmid": str(draft.pmid),
        "year": str(claim.year or ""),
        "title": title or "",
        "before": quoted[max(0, draft.start - CONTEXT) : draft.start],
        "after": quoted[draft.end : draft.end + CONTEXT],
        **{n: values[n] for n in AMENDABLE if n not in YES_NO},
        **{n: values[n] or "no" for n in YES_NO},
    }


def _version(claim: str, draft: Draft, seen: str) -> str:
    """Return a word for a claim as it was shown: its id, its fields, its decisions."""
    state = f"{shown_of(draft)} {seen}"
    parts = (hashlib.sha256(part.encode()).hexdigest() for part in (claim, state))
    return f"v{next(parts)[:8]}{next(parts)[:16]}"


def _take_all(review: Review, rows: Iterable[SheetRow]) -> Iterator[RowReport]:
    for row in rows:
        fate, why = Fate.TAKEN, ""
        try:
            if not _is_filled(row):
                fate = Fate.LEFT_EMPTY
            else:
                # A transaction a row: a long sheet keeps nobody else from deciding.
                with review.database.write() as session:
                    taken = _take(review, session, row)
                fate = Fate.TAKEN if taken else Fate.UNCHANGED
        except ConflictError as error:
            fate, why = Fate.CONFLICT, str(error)
        except EvidenceError as error:
            fate, why = Fate.INVALID, str(error)
        yield RowReport(row.number, row.values["claim"], fate, why)


def _is_filled(row: SheetRow) -> bool:
    return any(
        row.values[name] or name in row.problems for name in (*ANSWERS, *NEW.values())
    )


def _take(review: Review, session: Session, row: SheetRow) -> bool:
    """Append the decision of a row; return whether it was not taken before."""
    refuse(row.problems)
    claim = claim_of(review, session, row.values["claim"])
    is_now = _cells(review, session, claim)
    said = row.values["version"]
    if not _VERSION.fullmatch(said) or said[:9] != is_now["version"][:9]:
        raise FormError(
            f"version: {said[:40]!r} is none of claim {claim.id}; leave claim and "
            "version as they were exported"
        )
    if said != is_now["version"]:
        if _was_taken(review, session, row, claim):
            return False
        raise ConflictError(_meanwhile(review, session, claim))
    if is_closed(session, claim.id):
        raise ConflictError("the text that it quotes was replaced by PubMed's own")
    changed = [n for n in FIXED if row.values[n] != _as_read(is_now[n])]
    refuse(
        dict.fromkeys(
            changed,
            "this is not what was exported; correct a field in its new_ column, and "
            "where your spreadsheet changed it by itself, work in the .xlsx",
        )
    )
    action, given = answer(review, session, row.values, claim.draft)
    refuse_verdict(review, session, claim, action)
    decide_on(review, session, claim, action, **given)
    return True


def _as_read(text: str) -> str:
    return text.replace("\r\n", "\n").strip()


def _meanwhile(review: Review, session: Session, claim: Claim) -> str:
    history = visible(reads.decisions_of(session, claim.id), review.sight)
    who = f", last decision by {history[-1].curator}" if history else ""
    return (
        f"it was decided or read anew since the sheet was written{who}; "
        "look at it and export again"
    )


def _was_taken(review: Review, session: Session, row: SheetRow, claim: Claim) -> bool:
    """Return whether this curator took this decision on this version, and it stands."""
    decisions = reads.decisions_of(session, claim.id)
    standing = {d.id for d in live(decisions)}
    for number, one in enumerate(decisions):
        if one.id not in standing or person(one.curator) != person(review.curator):
            continue
        if not one.snapshot:
            continue
        seen = Draft.from_dict(one.snapshot)
        before = visible(decisions[:number], review.sight)
        if row.values["version"] != _version(claim.id, seen, seen_of(before)):
            continue
        action, given = answer(review, session, row.values, seen)
        wanted = {"action": action, "reason": None, "changes": {}} | given
        if all(getattr(one, name) == value for name, value in wanted.items()):
            return True
    return False
