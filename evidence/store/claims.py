"""What the extractor proposes, against what it proposed before."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from operator import itemgetter

from sqlalchemy import update
from sqlmodel import Session, col, select

from evidence.cells import Waiting, waiting_of
from evidence.database import Database
from evidence.decisions import Status
from evidence.documents import (
    digest,
    read_draft,
    write_draft,
    write_record,
)
from evidence.models import ClaimRow, RecordRow
from evidence.reading import parts
from evidence.records import Record
from evidence.status import Tombstone, resolve
from evidence.store.cells import Moves
from evidence.store.inserting import insert_new
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
    insert_new(session, (new.draft for new in fresh), run)
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
