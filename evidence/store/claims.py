"""Claims in: what the extractor proposes, and what decisions make of it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields

from sqlalchemy import insert, update
from sqlmodel import Session, col, select

from evidence.claims import mint_id
from evidence.database import Database
from evidence.decisions import Status, SubjectKind
from evidence.documents import (
    digest,
    read_draft,
    write_draft,
    write_json,
    write_record,
)
from evidence.models import ClaimRow, RecordRow
from evidence.reading import IN_ONE_QUERY, decisions_on
from evidence.records import Record
from evidence.status import Resolved, Tombstone, resolve
from evidence.store.cells import Touched, recount
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
    touched: list[str] = []
    for record, drafts in readings:
        if not _mark_read(session, record, extractor):
            continue
        rows = session.exec(select(ClaimRow).where(col(ClaimRow.pmid) == record.pmid))
        existing = [Existing(row, read_draft(row.proposal)) for row in rows]
        pairs, unmatched = match(existing, drafts)
        for claim, draft in pairs:
            if claim.added or (claim.proposal == draft and not claim.row.tombstone):
                counts.unchanged += 1
                continue
            claim.row.proposal = write_draft(draft)
            claim.row.fingerprint = draft.fingerprint
            claim.row.tombstone = None
            counts.updated += 1
            touched.append(claim.row.id)
        for claim in existing:
            if claim.added or any(claim is paired for paired, _ in pairs):
                continue
            if claim.decided:
                counts.kept += 1
            elif not claim.row.tombstone:
                claim.row.tombstone = Tombstone.NO_LONGER_PROPOSED.value
                counts.withdrawn += 1
                touched.append(claim.row.id)
        session.flush()
        for draft in unmatched:
            touched.append(insert_claim(session, draft, run=run))
            counts.new += 1
    restate(database, session, touched)
    return counts


def _mark_read(session: Session, record: Record, extractor: str) -> bool:
    """Note that this version was read; say whether it still is the stored one."""
    marked = session.execute(
        update(RecordRow)
        .where(
            col(RecordRow.pmid) == record.pmid,
            col(RecordRow.content_sha256) == digest(write_record(record)),
        )
        .values(read_with=extractor)
    )
    return bool(marked.rowcount)  # type: ignore[attr-defined]  # an UPDATE has it


@dataclass(frozen=True, eq=False, slots=True)
class Existing:
    """A stored claim of a record that is read again."""

    row: ClaimRow
    proposal: Draft

    @property
    def added(self) -> bool:
        """Whether a curator added it; the extractor has no say in it."""
        return self.proposal.extractor.startswith("curator:")

    @property
    def decided(self) -> bool:
        """Whether anybody decided on it."""
        return self.row.decided_at is not None


def match(
    existing: Sequence[Existing], drafts: Sequence[Draft]
) -> tuple[list[tuple[Existing, Draft]], list[Draft]]:
    """Pair claims with the drafts that are the same finding, read again.

    The surest pairs are taken first: equal ones, then the same fingerprint, then
    the same cell with an overlapping quote, where the same outcome and a claim that
    nobody decided on come first.

    Returns
    -------
    tuple
        The pairs, and the drafts that are new.
    """
    candidates = sorted(
        (
            (sureness, i, j)
            for i, claim in enumerate(existing)
            for j, draft in enumerate(drafts)
            if (sureness := _sureness(claim, draft)) is not None
        ),
    )
    pairs: list[tuple[Existing, Draft]] = []
    claimed: set[int] = set()
    drafted: set[int] = set()
    for _, i, j in candidates:
        if i not in claimed and j not in drafted:
            claimed.add(i)
            drafted.add(j)
            pairs.append((existing[i], drafts[j]))
    return pairs, [d for j, d in enumerate(drafts) if j not in drafted]


def _sureness(claim: Existing, draft: Draft) -> tuple[float, ...] | None:
    """Return how sure it is that both are one finding, smaller is surer."""
    before = claim.proposal
    if before == draft:
        return (0.0,)
    decided = float(claim.decided)
    if draft.fingerprint in (claim.row.fingerprint, before.fingerprint):
        return (1.0, decided)
    same_cell = (before.treatment, before.domain, before.role, before.field) == (
        draft.treatment,
        draft.domain,
        draft.role,
        draft.field,
    )
    overlap = _overlap(before, draft) if same_cell else 0.0
    if overlap < 0.5:
        return None
    other_outcome = float(before.outcome != draft.outcome)
    return (2.0, other_outcome, decided, 1.0 - overlap)


def _overlap(before: Draft, now: Draft) -> float:
    """Return which share of the shorter quote both have in common."""
    shorter = min(len(before.quote), len(now.quote))
    if before.text_sha256 != now.text_sha256:
        inside = before.quote in now.quote or now.quote in before.quote
        return 1.0 if inside else 0.0
    inner = min(before.end, now.end) - max(before.start, now.start)
    return max(inner, 0) / shorter


def insert_claim(
    session: Session, draft: Draft, *, run: int, claim_id: str | None = None
) -> str:
    """Insert a claim as proposed and return its id; `restate` must follow."""
    minted, taken = claim_id or mint_id(draft), 0
    while claim_id is None and session.get(ClaimRow, minted) is not None:
        taken += 1
        minted = mint_id(draft, taken)
    session.execute(
        insert(ClaimRow).values(
            id=minted,
            proposal=write_draft(draft),
            fingerprint=draft.fingerprint,
            curators="[]",
            decided_at=None,
            tombstone=None,
            doubted_at=None,
            created_run=run,
            **columns_of(Resolved(draft, resolve(draft, ()).status)),
        )
    )
    return minted


def yield_to(session: Session, claim: ClaimRow) -> None:
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
    for row in rows:
        row.tombstone = Tombstone.NO_LONGER_PROPOSED.value
        row.status = Status.WITHDRAWN.value


def restate(database: Database, session: Session, ids: Iterable[str]) -> None:
    """Compute fields and status of claims afresh, and recount the cells they touch."""
    subjects = list(dict.fromkeys(ids))
    decisions = decisions_on(session, SubjectKind.CLAIM, subjects)
    dual = database.dual(session)
    touched = Touched(database.protocol)
    for start in range(0, len(subjects), IN_ONE_QUERY):
        part = subjects[start : start + IN_ONE_QUERY]
        rows = session.exec(select(ClaimRow).where(col(ClaimRow.id).in_(part)))
        for row in rows:
            touched.add(read_draft(row.draft))
            resolved = resolve(
                read_draft(row.proposal),
                decisions[row.id],
                dual=dual,
                tombstone=Tombstone(row.tombstone) if row.tombstone else None,
                doubted_at=row.doubted_at,
            )
            touched.add(resolved.draft)
            for name, value in columns_of(resolved).items():
                setattr(row, name, value)
            row.curators = write_json(resolved.curators)
            row.decided_at = resolved.decided_at
        session.flush()
    recount(database, session, touched)


def columns_of(resolved: Resolved) -> dict[str, str | int | float | None]:
    """Return the columns that follow from what was decided."""
    draft = resolved.draft
    return {
        "pmid": draft.pmid,
        "field": draft.field.value,
        "text_sha256": draft.text_sha256,
        "start_offset": draft.start,
        "end_offset": draft.end,
        "treatment": draft.treatment,
        "comparator": draft.comparator,
        "domain": draft.domain,
        "role": draft.role.value,
        "direction": draft.direction.value,
        "statement": draft.statement.value,
        "species": draft.species.value,
        "confidence": draft.confidence,
        "extractor": draft.extractor,
        "status": resolved.status.value,
        "draft": write_draft(draft),
    }
