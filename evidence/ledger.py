"""Every decision as a line of JSON: for git, for backups, for another database.

Records and ledger together rebuild everything that people decided. A decision on
a claim carries the claim as it was seen, so that an empty database can make it
again; what it needs is the record, with the quote in a stored text of it.
"""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from evidence.claims import CLAIM_ID
from evidence.database import Database
from evidence.decisions import Decision, Status, SubjectKind
from evidence.documents import read_draft
from evidence.errors import EvidenceError, LedgerError
from evidence.fidelity import check_fidelity
from evidence.linking import check_link
from evidence.models import ClaimRow, DecisionRow, RecordRow, TextRow
from evidence.reading import decisions_on, moment_after
from evidence.rechecking import check_recheck
from evidence.settling import check_settlement
from evidence.statement_rules import check_statement
from evidence.store.decisions import append_decisions, check_claim
from evidence.store.inserting import insert_claim, yield_to
from evidence.types import Draft, canonical_json


def export(session: Session) -> Iterator[str]:
    """Yield every decision as a line, in the order in which they were stored."""
    rows = session.exec(
        select(DecisionRow.document).order_by(col(DecisionRow.sequence))
    )
    yield from rows


def export_proposed(session: Session) -> Iterator[str]:
    """Yield a line a proposed claim with an empty action, to be filled in.

    Write `accept`, `amend` (with the changed fields in `changes`) or `reject` (with
    a `reason`) into `action` and import the file; lines left empty are skipped.
    """
    rows = session.exec(
        select(ClaimRow.id, ClaimRow.draft)
        .where(col(ClaimRow.status) == Status.PROPOSED.value)
        .order_by(col(ClaimRow.pmid), col(ClaimRow.start_offset), col(ClaimRow.id))
    )
    for claim, draft in rows:
        yield canonical_json(
            {
                "subject_kind": SubjectKind.CLAIM.value,
                "subject_id": claim,
                "action": "",
                "curator": "",
                "reason": None,
                "note": None,
                "changes": {},
                "snapshot": read_draft(draft).as_dict(),
            }
        )


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of the lines of a ledger, counted."""

    lines: int
    new: int
    known: int
    skipped: int
    """Lines whose action was left empty."""
    recreated: int
    """Claims that were made again from their snapshots."""


def import_lines(
    database: Database,
    session: Session,
    lines: Iterable[str],
    *,
    source: str,
    run: int,
    at: datetime,
    curator: str | None = None,
    yielding: bool = True,
) -> Imported:
    """Append the decisions of a ledger; all of them, or none on an error.

    Parameters
    ----------
    database, session
        Where, and in which transaction.
    lines
        JSON Lines; blank ones are passed over.
    source
        The file's name, for errors.
    run
        The run that recreated claims belong to.
    at
        The time of lines that carry none: exported to be filled in.
    curator
        Who decided, for lines that do not say.
    yielding
        Whether claims that are the same finding as one that comes in, and that nobody
        decided on, are withdrawn; not where the database is this ledger's own.

    Raises
    ------
    LedgerError
        On the first line that cannot be applied, naming it: not JSON, an unknown
        action, an absent record, a quote that stands in no stored text.
    """
    decisions: list[Decision] = []
    seen = known = skipped = recreated = 0
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        seen += 1
        where = f"{source} line {number}"
        try:
            row = _row(line)
            if row["action"] == "":
                skipped += 1
                continue
            undated = "at" not in row
            decision = _decision(row, at, curator)
            recreated += _claim_is_there(database, session, decision, run, yielding)
            check_claim(database.protocol, session, decision)
            check_settlement(decision, database.protocol.references)
            check_fidelity(decision, database.protocol)
            check_link(decision)
            check_recheck(decision, database.protocol)
            check_statement(decision, database.protocol)
            if undated and _is_known(session, decision):
                known += 1
                continue
            if undated:
                kind, subject = decision.subject_kind, decision.subject_id
                moment = moment_after(session, kind, subject, at)
                decision = replace(decision, at=moment)
        except EvidenceError as error:
            raise LedgerError(f"{where}: {error}") from None
        decisions.append(decision)
    try:
        new = append_decisions(database, session, decisions, at=at)
    except EvidenceError as error:
        raise LedgerError(f"{source}: {error}") from None
    return Imported(
        lines=seen,
        new=new,
        known=known + len(decisions) - new,
        skipped=skipped,
        recreated=recreated,
    )


_FILLED = ("reason", "note", "changes")
_NUL = re.compile(r"(?<!\\)(?:\\\\)*\\u0000")
"""PostgreSQL keeps none; as JSON spells it, unless the backslash is a text's own."""


def _row(line: str) -> dict[str, Any]:
    """Return a line as an object whose action is there, "" where it was left empty."""
    try:
        row = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise LedgerError(f"this is not JSON: {error}") from None
    if not isinstance(row, dict) or "action" not in row:
        raise LedgerError(
            "a line is an object with an action; see the curators' manual"
        )
    try:
        line.encode()
        canonical_json(row).encode()
    except UnicodeEncodeError:
        raise LedgerError(
            "half a character (a lone surrogate) cannot be kept"
        ) from None
    if _NUL.search(line):
        raise LedgerError("a NUL character cannot be kept")
    row = {key: value for key, value in row.items() if value is not None}
    row.setdefault("action", "")
    if row["action"] == "" and any(row.get(key) for key in _FILLED):
        raise LedgerError(
            "a reason, note or change is filled in, but no action; write accept, amend "
            "or reject"
        )
    return row


def _decision(row: dict[str, Any], at: datetime, curator: str | None) -> Decision:
    for key, kind in (("snapshot", dict), ("changes", dict)):
        if not isinstance(row.get(key, {}), kind):
            raise LedgerError(f"{key} must be an object")
    for key in ("subject_id", "curator", "note", "undoes", "at", "batch", "sample"):
        if not isinstance(row.get(key, ""), str):
            raise LedgerError(f"{key} must be a text")
    whole = {"at": at.isoformat()} | row
    whole["curator"] = row.get("curator") or curator or ""
    decision = Decision.from_dict(whole)
    if decision.subject_kind is SubjectKind.CLAIM and decision.snapshot:
        Draft.from_dict(dict(decision.snapshot) | dict(decision.changes))
    return decision


def _is_known(session: Session, decision: Decision) -> bool:
    """Return whether the same curator decided just this before, and it stands.

    A file that was filled in carries no times; importing it a second time must not
    decide again, least of all over what somebody decided since.
    """
    subject, kind = decision.subject_id, decision.subject_kind
    earlier = decisions_on(session, kind, [subject])[subject]
    return any(replace(d, at=decision.at) == decision for d in earlier)


def _claim_is_there(
    database: Database, session: Session, decision: Decision, run: int, yielding: bool
) -> bool:
    """Make the claim from its snapshot where it is not stored; say whether so."""
    if decision.subject_kind is not SubjectKind.CLAIM or not decision.snapshot:
        return False
    draft = Draft.from_dict(decision.snapshot)
    record = session.get(RecordRow, draft.pmid)
    if record is None:
        raise LedgerError(
            f"the record of PMID {draft.pmid} is not stored; load it first"
        )
    text = session.get(TextRow, (draft.pmid, draft.field.value, draft.text_sha256))
    if text is None or text.text[draft.start : draft.end] != draft.quote:
        raise LedgerError(
            f"claim {decision.subject_id}: its quote stands in no stored text of "
            f"PMID {draft.pmid}; load the version of the record that was decided on"
        )
    if session.get(ClaimRow, decision.subject_id) is not None:
        return False
    if not CLAIM_ID.fullmatch(decision.subject_id):
        raise LedgerError(
            f"{decision.subject_id!r} is no id of a claim; leave subject_id as it "
            "was exported"
        )
    insert_claim(database, session, draft, run=run, claim_id=decision.subject_id)
    if yielding:
        yield_to(database, session, session.get_one(ClaimRow, decision.subject_id))
    session.flush()
    return True
