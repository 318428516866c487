"""Claims in: what the extractor proposes, and what decisions make of it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields

from sqlalchemy import insert, update
from sqlmodel import Session, col, select

from evidence.claims import mint_id
from evidence.database import Database
from evidence.decisions import SubjectKind
from evidence.documents import read_draft, write_draft, write_json
from evidence.models import ClaimRow, RecordRow
from evidence.reading import IN_ONE_QUERY, decisions_on
from evidence.status import Resolved, resolve
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


def save_drafts(
    database: Database,
    session: Session,
    drafts_of: Mapping[int, Sequence[Draft]],
    *,
    extractor: str,
    run: int,
) -> Proposed:
    """Store what the extractor says of some records, all of it at once.

    A draft is matched to an existing claim by its fingerprint, else by standing
    for the same cell with an overlapping quote; the claim keeps its id. What was
    decided is never changed. An undecided claim that is no longer proposed becomes
    a tombstone, and comes back if it is proposed again.

    Parameters
    ----------
    database, session
        Where, and in which transaction.
    drafts_of
        All drafts of each record that was read, none where it holds none.
    extractor
        The version that read them.
    run
        The run that these belong to.
    """
    counts = Proposed()
    touched: list[str] = []
    for pmid, drafts in drafts_of.items():
        rows = list(session.exec(select(ClaimRow).where(col(ClaimRow.pmid) == pmid)))
        existing = [(row, read_draft(row.proposal)) for row in rows]
        pairs, unmatched = match(existing, drafts)
        for row, before, draft in pairs:
            if before == draft and not row.tombstoned:
                counts.unchanged += 1
                continue
            row.proposal = write_draft(draft)
            row.fingerprint = draft.fingerprint
            row.tombstoned = False
            counts.updated += 1
            touched.append(row.id)
        paired = {row.id for row, _, _ in pairs}
        for row, before in existing:
            if row.id in paired or before.extractor.startswith("curator:"):
                continue
            if row.decided_at is not None:
                counts.kept += 1
            elif not row.tombstoned:
                row.tombstoned = True
                counts.withdrawn += 1
                touched.append(row.id)
        session.flush()
        for draft in unmatched:
            touched.append(insert_claim(session, draft, run=run))
            counts.new += 1
        session.execute(
            update(RecordRow)
            .where(col(RecordRow.pmid) == pmid)
            .values(read_with=extractor)
        )
    restate(database, session, touched)
    return counts


def match(
    existing: Sequence[tuple[ClaimRow, Draft]], drafts: Sequence[Draft]
) -> tuple[list[tuple[ClaimRow, Draft, Draft]], list[Draft]]:
    """Pair claims with the drafts that are the same finding, read again.

    Returns
    -------
    tuple
        The pairs (claim, what it proposed, what is proposed now) and the drafts
        that are new.
    """
    left = list(existing)
    pairs: list[tuple[ClaimRow, Draft, Draft]] = []
    rest: list[Draft] = []
    for draft in drafts:
        found = next(
            (
                pair
                for pair in left
                if draft.fingerprint in (pair[0].fingerprint, pair[1].fingerprint)
            ),
            None,
        )
        if found is None:
            rest.append(draft)
        else:
            left.remove(found)
            pairs.append((*found, draft))
    new: list[Draft] = []
    for draft in rest:
        found = next((pair for pair in left if _same_finding(pair[1], draft)), None)
        if found is None:
            new.append(draft)
        else:
            left.remove(found)
            pairs.append((*found, draft))
    return pairs, new


def _same_finding(before: Draft, now: Draft) -> bool:
    if (before.treatment, before.domain, before.role, before.field) != (
        now.treatment,
        now.domain,
        now.role,
        now.field,
    ):
        return False
    if before.text_sha256 != now.text_sha256:
        return before.quote in now.quote or now.quote in before.quote
    inner = min(before.end, now.end) - max(before.start, now.start)
    shorter = min(len(before.quote), len(now.quote))
    return inner > 0 and inner >= shorter / 2


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
            tombstoned=False,
            doubted_at=None,
            created_run=run,
            **_columns(Resolved(draft, resolve(draft, ()).status)),
        )
    )
    return minted


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
                tombstoned=row.tombstoned,
                doubted_at=row.doubted_at,
            )
            touched.add(resolved.draft)
            for name, value in _columns(resolved).items():
                setattr(row, name, value)
            row.curators = write_json(resolved.curators)
            row.decided_at = resolved.decided_at
        session.flush()
    recount(database, session, touched)


def _columns(resolved: Resolved) -> dict[str, str | int | float | None]:
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
