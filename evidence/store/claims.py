"""Claims in: what the extractor proposes, and what decisions make of it."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from operator import itemgetter
from typing import Any

from sqlalchemy import insert, update
from sqlmodel import Session, col, select

from evidence.cells import Waiting, waiting_of
from evidence.claims import mint_id
from evidence.database import Database
from evidence.decisions import Status
from evidence.documents import (
    digest,
    read_draft,
    write_draft,
    write_record,
)
from evidence.models import METADATA, ClaimRow, RecordRow
from evidence.reading import parts
from evidence.records import Record, Retraction
from evidence.status import Resolved, Tombstone, resolve
from evidence.store.cells import Moves
from evidence.store.matching import Existing, match
from evidence.store.statuses import columns_of, restate
from evidence.types import Draft


@dataclass(slots=True)
class Proposed:
    """What became of the drafts of some records, counted."""

    new: int = 0
    updated: int = 0
    unchanged: int = 0
    withdrawn: int = 0
    """Undecided claims that the extractor no longer makes."""
    kept: int = 0
    """Decided claims that the extractor no longer makes: theirs to keep."""

    def __add__(self, other: "Proposed") -> "Proposed":
        """Add the counts of two batches."""
        return Proposed(
            **{
                f.name: getattr(self, f.name) + getattr(other, f.name)
                for f in fields(self)
            }
        )


Reading = tuple[Record, Sequence[Draft]]
"""A record as it was read, and all drafts that it holds."""


def save_drafts(
    database: Database,
    session: Session,
    readings: Iterable[Reading],
    *,
    extractor: str,
    run: int,
) -> Proposed:
    """Store what the extractor says of some records, all of it at once.

    A draft is matched to an existing claim; the claim keeps its id. What was
    decided, and what a curator added, is never changed. An undecided claim that is
    no longer proposed becomes a tombstone, and comes back if it is proposed again.
    A record that changed since it was read is left to be read again.

    Parameters
    ----------
    database, session
        Where, and in which transaction.
    readings
        Records as they were read, each with all its drafts.
    extractor
        The version that read them.
    run
        The run that these belong to.
    """
    counts = Proposed()
    fresh: list[Fresh] = []
    changed: list[Reading] = []
    current = _mark_read(session, list(readings), extractor)
    known = _proposals(session, [record.pmid for record, _ in current])
    for record, drafts in current:
        held = known.get(record.pmid)
        told = sorted(map(write_draft, drafts)) if held else []
        if not held:
            fresh += [Fresh(draft, record) for draft in drafts]
        elif [proposal for proposal, _ in held] == told and not any(t for _, t in held):
            counts.unchanged += len(told)
        else:
            changed.append((record, drafts))
    moves = Moves(database.protocol)
    touched: list[str] = []
    existing = _existing(session, [record.pmid for record, _ in changed])
    for record, drafts in changed:
        fresh += _read_again(
            existing.get(record.pmid, []), record, drafts, counts, moves, touched
        )
    session.flush()
    _insert_new(session, fresh, run)
    counts.new = len(fresh)
    for new in fresh:
        moves.add(new.draft, _why(Status.PROPOSED, new.record, new.draft))
    moves.write(session)
    restate(database, session, touched)
    return counts


@dataclass(frozen=True, slots=True)
class Fresh:
    """A finding that no stored claim is, and the record that it was read in."""

    draft: Draft
    record: Record


def _read_again(
    existing: list[Existing],
    record: Record,
    drafts: Sequence[Draft],
    counts: Proposed,
    moves: Moves,
    touched: list[str],
) -> list[Fresh]:
    """Match a record's drafts with its claims; return the drafts that are new."""
    pairs, unmatched = match(existing, drafts)
    for claim, draft in pairs:
        if claim.added or (claim.proposal == draft and not claim.row.tombstone):
            counts.unchanged += 1
            continue
        counts.updated += 1
        _repropose(claim, draft, None, record, moves, touched)
    paired = {claim.row.id for claim, _ in pairs}
    for claim in existing:
        if claim.added or claim.row.id in paired:
            continue
        if claim.decided:
            counts.kept += 1
        elif not claim.row.tombstone:
            counts.withdrawn += 1
            gone = Tombstone.NO_LONGER_PROPOSED
            _repropose(claim, claim.proposal, gone, record, moves, touched)
    return [Fresh(draft, record) for draft in unmatched]


def _mark_read(
    session: Session, readings: list[Reading], extractor: str
) -> list[Reading]:
    """Note that these versions were read; return those that still are the stored."""
    digests: dict[int, str] = {}
    for part in parts([record.pmid for record, _ in readings]):
        held = session.exec(
            select(RecordRow.pmid, RecordRow.content_sha256).where(
                col(RecordRow.pmid).in_(part)
            )
        )
        digests.update(held.all())
    current = [
        (record, drafts)
        for record, drafts in readings
        if digests.get(record.pmid) == digest(write_record(record))
    ]
    for part in parts([record.pmid for record, _ in current]):
        session.execute(
            update(RecordRow)
            .where(col(RecordRow.pmid).in_(part))
            .values(read_with=extractor)
        )
    return current


def _proposals(
    session: Session, pmids: list[int]
) -> dict[int, list[tuple[str, str | None]]]:
    """Return the proposals of each record, in order of their text, and tombstones."""
    found: dict[int, list[tuple[str, str | None]]] = defaultdict(list)
    for part in parts(pmids):
        for pmid, proposal, tombstone in session.exec(
            select(ClaimRow.pmid, ClaimRow.proposal, ClaimRow.tombstone).where(
                col(ClaimRow.pmid).in_(part)
            )
        ):
            found[pmid].append((proposal, tombstone))
    return {pmid: sorted(held, key=itemgetter(0)) for pmid, held in found.items()}


def _existing(session: Session, pmids: list[int]) -> dict[int, list[Existing]]:
    found: dict[int, list[Existing]] = defaultdict(list)
    for part in parts(pmids):
        rows = session.exec(
            select(ClaimRow)
            .where(col(ClaimRow.pmid).in_(part))
            .order_by(col(ClaimRow.id))
        )
        for row in rows:
            found[row.pmid].append(Existing(row, read_draft(row.proposal)))
    return found


def _repropose(
    claim: Existing,
    draft: Draft,
    tombstone: Tombstone | None,
    record: Record,
    moves: Moves,
    touched: list[str],
) -> None:
    """Give a claim its new proposal, and its cells their new counts."""
    row = claim.row
    if claim.decided:
        touched.append(row.id)
    else:
        before = read_draft(row.draft)
        resolved = resolve(draft, (), tombstone=tombstone)
        moves.add(before, _why(Status(row.status), record, before), -1)
        moves.add(draft, _why(resolved.status, record, draft))
        for name, value in columns_of(resolved).items():
            setattr(row, name, value)
    row.proposal = write_draft(draft)
    row.fingerprint = draft.fingerprint
    row.tombstone = tombstone.value if tombstone else None


def _why(status: Status, record: Record, draft: Draft) -> Waiting:
    return waiting_of(status, record.retraction, draft.statement)


def _insert_new(session: Session, fresh: list[Fresh], run: int) -> None:
    """Insert claims as proposed, each under an id that nobody holds."""
    minted = [mint_id(new.draft) for new in fresh]
    held: set[str] = set()
    for part in parts(minted):
        held.update(session.exec(select(ClaimRow.id).where(col(ClaimRow.id).in_(part))))
    rows = []
    for new, claim_id in zip(fresh, minted, strict=True):
        taken = 0
        while claim_id in held:
            taken += 1
            claim_id = mint_id(new.draft, taken)
            if session.get(ClaimRow, claim_id) is not None:
                held.add(claim_id)
        held.add(claim_id)
        rows.append(new_row(new.draft, run, claim_id))
    if rows:
        session.connection().execute(insert(METADATA.tables["claim"]), rows)


def insert_claim(
    database: Database,
    session: Session,
    draft: Draft,
    *,
    run: int,
    claim_id: str | None = None,
) -> str:
    """Insert a claim as proposed and return its id."""
    minted, taken = claim_id or mint_id(draft), 0
    while claim_id is None and session.get(ClaimRow, minted) is not None:
        taken += 1
        minted = mint_id(draft, taken)
    session.execute(insert(ClaimRow).values(**new_row(draft, run, minted)))
    moves = Moves(database.protocol)
    moves.add(draft, _waits(session, Status.PROPOSED, draft))
    moves.write(session)
    return minted


def new_row(draft: Draft, run: int, claim_id: str) -> dict[str, Any]:
    """Return the row of a claim on which nobody has decided."""
    columns = columns_of(Resolved(draft, Status.PROPOSED))
    return {
        **columns,
        "id": claim_id,
        "proposal": columns["draft"],
        "fingerprint": draft.fingerprint,
        "curators": "[]",
        "decided_at": None,
        "tombstone": None,
        "created_run": run,
    }


def yield_to(database: Database, session: Session, claim: ClaimRow) -> None:
    """Withdraw undecided claims that are the same finding under another id.

    A claim that comes in by a ledger keeps its id; the extractor of this database
    may have minted another one for the same words.
    """
    rows = session.exec(
        select(ClaimRow).where(
            col(ClaimRow.pmid) == claim.pmid,
            col(ClaimRow.fingerprint) == claim.fingerprint,
            col(ClaimRow.id) != claim.id,
            col(ClaimRow.decided_at).is_(None),
        )
    )
    moves = Moves(database.protocol)
    for row in rows:
        draft = read_draft(row.draft)
        moves.add(draft, _waits(session, Status(row.status), draft), -1)
        moves.add(draft, _waits(session, Status.WITHDRAWN, draft))
        row.tombstone = Tombstone.NO_LONGER_PROPOSED.value
        row.status = Status.WITHDRAWN.value
    moves.write(session)


def _waits(session: Session, status: Status, draft: Draft) -> Waiting:
    record = session.get_one(RecordRow, draft.pmid)
    return waiting_of(status, Retraction(record.retraction), draft.statement)
