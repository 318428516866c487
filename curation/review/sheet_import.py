"""A sheet that was decided in, read back row by row, with what became of each.

A row says which version of its claim it shows. What was decided or read anew since is
a conflict, told and not taken; so is nothing of a row in which a single cell is wrong.
The other rows of the file are taken: each stands for itself.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from sqlmodel import Session

from curation.review.claim_view import claim_of, is_closed, seen_of
from curation.review.deciding import decision_on, refuse_verdict
from curation.review.errors import FormError
from curation.review.review import Review
from curation.review.sheet_answers import NEW, answer, refuse
from curation.review.sheet_files import SheetRow, read_sheet
from curation.review.sheets import ANSWERS, COLUMNS, FIXED, cells_of, version_of
from evidence.blinding import visible
from evidence.claims import Claim
from evidence.decisions import Decision
from evidence.errors import ConflictError, EvidenceError
from evidence.queries import claims as reads
from evidence.status import live, person
from evidence.store.decisions import append_decisions, check_claim
from evidence.types import Draft

TOGETHER = 100
"""Rows that are stored in one transaction."""

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


def import_sheet(review: Review, path: Path) -> list[RowReport]:
    """Take the decisions of a sheet, each row by itself; say what became of each.

    Raises
    ------
    SheetError
        Where the file cannot be read whole: then nothing of it is taken.
    """
    return list(_take_all(review, read_sheet(path, COLUMNS)))


def _take_all(review: Review, rows: Iterable[SheetRow]) -> Iterator[RowReport]:
    for together in _batches(rows):
        with review.database.write() as session:
            found = [_take(review, session, row) for row in together]
            decisions = [decision for _, decision in found if decision is not None]
            at = review.clock()
            append_decisions(review.database, session, decisions, at=at)
        yield from (report for report, _ in found)


def _batches(rows: Iterable[SheetRow]) -> Iterator[list[SheetRow]]:
    """Yield the rows as they are stored together, in one transaction.

    One each would count a cell afresh for every row of it; all in one would keep
    everybody else from deciding. Of two rows on one claim, the second has to see
    what the first decided.
    """
    batch: dict[str, SheetRow] = {}
    for row in rows:
        if len(batch) == TOGETHER or row.values["claim"] in batch:
            yield list(batch.values())
            batch = {}
        batch[row.values["claim"]] = row
    if batch:
        yield list(batch.values())


def _take(
    review: Review, session: Session, row: SheetRow
) -> tuple[RowReport, Decision | None]:
    """Return what becomes of a row, and its decision where it is a new one."""
    decision: Decision | None = None
    fate, why = Fate.LEFT_EMPTY, ""
    try:
        if _is_filled(row):
            decision = _decision(review, session, row)
            fate = Fate.TAKEN if decision else Fate.UNCHANGED
    except ConflictError as error:
        fate, why = Fate.CONFLICT, str(error)
    except EvidenceError as error:
        fate, why = Fate.INVALID, str(error)
    return RowReport(row.number, row.values["claim"], fate, why), decision


def _is_filled(row: SheetRow) -> bool:
    return any(
        row.values[name] or name in row.problems for name in (*ANSWERS, *NEW.values())
    )


def _decision(review: Review, session: Session, row: SheetRow) -> Decision | None:
    """Return the decision of a row, checked; None where it was taken before."""
    refuse(row.problems)
    claim = claim_of(review, session, row.values["claim"])
    is_now = cells_of(review, session, claim)
    said = row.values["version"]
    if not _VERSION.fullmatch(said) or said[:9] != is_now["version"][:9]:
        raise FormError(
            f"version: {said[:40]!r} is none of claim {claim.id}; leave claim and "
            "version as they were exported"
        )
    if said != is_now["version"]:
        if _was_taken(review, session, row, claim):
            return None
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
    decision = decision_on(review, session, claim, action, **given)
    check_claim(review.protocol, session, decision)
    return decision


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
        if row.values["version"] != version_of(claim.id, seen, seen_of(before)):
            continue
        action, given = answer(review, session, row.values, seen)
        wanted = {"action": action, "reason": None, "changes": {}} | given
        if all(getattr(one, name) == value for name, value in wanted.items()):
            return True
    return False
