"""New claims: their ids, their rows, and what makes room for them."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import insert
from sqlmodel import Session, col, select

from evidence.cells import Waiting, waiting_of
from evidence.claims import mint_id
from evidence.database import Database
from evidence.decisions import Status
from evidence.documents import read_draft
from evidence.models import METADATA, ClaimRow, RecordRow
from evidence.reading import parts
from evidence.records import Retraction
from evidence.status import Resolved, Tombstone
from evidence.store.cells import Moves
from evidence.store.statuses import columns_of
from evidence.types import Draft


def insert_new(session: Session, drafts: Iterable[Draft], run: int) -> None:
    """Insert claims as proposed, each under an id that nobody holds."""
    new = [(mint_id(draft), draft) for draft in drafts]
    held: set[str] = set()
    for part in parts([claim_id for claim_id, _ in new]):
        held.update(session.exec(select(ClaimRow.id).where(col(ClaimRow.id).in_(part))))
    rows = []
    for claim_id, draft in new:
        taken = 0
        while claim_id in held:
            taken += 1
            claim_id = mint_id(draft, taken)
            if session.get(ClaimRow, claim_id) is not None:
                held.add(claim_id)
        held.add(claim_id)
        rows.append(new_row(draft, run, claim_id))
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
