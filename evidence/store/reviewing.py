"""How a database is reviewed: by one curator or two, in which slices and queues."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, insert
from sqlmodel import Session, col, select

from evidence.database import DUAL_SINCE, REVIEW_MODE, Database, ReviewMode
from evidence.decisions import Decision, SubjectKind
from evidence.desk_models import SavedQueueRow, SliceClaimRow, SliceRow
from evidence.errors import ConflictError, DecisionError
from evidence.models import ClaimRow, MetaRow
from evidence.store.runs import Event, audit
from evidence.store.statuses import restate

MOST_SAVED = 50
"""How many queues a curator may give names to."""


def set_review_mode(
    database: Database, session: Session, mode: ReviewMode, *, actor: str, at: datetime
) -> bool:
    """Ask one or two curators for every claim; say whether that is a change.

    Every status is computed afresh: what one curator accepted awaits a second in
    dual review, and counts again in single review.
    """
    before = ReviewMode(database.meta(session, REVIEW_MODE) or ReviewMode.SINGLE)
    if before is mode:
        return False
    session.merge(MetaRow(key=REVIEW_MODE, value=mode.value))
    if mode is ReviewMode.DUAL:
        session.merge(MetaRow(key=DUAL_SINCE, value=at.isoformat()))
    session.flush()
    change = {"before": before.value, "after": mode.value}
    audit(session, at, [Event(actor, "review_mode", "database", change)])
    decided = select(ClaimRow.id).where(col(ClaimRow.decided_at).is_not(None))
    restate(database, session, session.exec(decided.order_by(col(ClaimRow.id))).all())
    return True


def draw_slice(
    session: Session,
    seed: str,
    claims: Sequence[str],
    *,
    drawn_from: int,
    curator: str,
    at: datetime,
) -> None:
    """Remember which claims a slice drew, so that no later claim changes it.

    Raises
    ------
    ConflictError
        Where a slice of this seed was drawn before.
    DecisionError
        Where nothing was drawn.
    """
    if session.get(SliceRow, seed) is not None:
        raise ConflictError(
            f"a slice of seed {seed!r} was drawn already; go on with it, or choose "
            "another seed"
        )
    if not claims:
        raise DecisionError("there is no proposed claim to draw; extract some first")
    session.add(SliceRow(seed=seed, curator=curator, at=at, drawn_from=drawn_from))
    session.flush()
    rows = [{"seed": seed, "claim": claim} for claim in claims]
    session.execute(insert(SliceClaimRow), rows)


def remember_slices(session: Session, decisions: Sequence[Decision]) -> None:
    """Keep claims in the slices that decisions say they were drawn in.

    Here they are known already; in a database made from a ledger they are not.
    """
    for decision in decisions:
        seed, claim = decision.sample, decision.subject_id
        if decision.subject_kind is not SubjectKind.CLAIM or seed is None:
            continue
        if session.get(SliceRow, seed) is None:
            session.add(SliceRow(seed=seed, curator=decision.curator, at=decision.at))
            session.flush()
        if session.get(SliceClaimRow, (seed, claim)) is None:
            session.add(SliceClaimRow(seed=seed, claim=claim))
            session.flush()


def save_queue(
    session: Session, curator: str, name: str, address: str, at: datetime
) -> None:
    """Keep a queue under a name of its curator's; the same name is replaced.

    Raises
    ------
    DecisionError
        Where the curator keeps too many already.
    """
    kept = session.exec(
        select(SavedQueueRow.name).where(col(SavedQueueRow.curator) == curator)
    ).all()
    if name not in kept and len(kept) >= MOST_SAVED:
        raise DecisionError(f"you keep {MOST_SAVED} queues already; drop one first")
    session.merge(SavedQueueRow(curator=curator, name=name, address=address, at=at))


def drop_queue(session: Session, curator: str, name: str) -> None:
    """Forget a queue that a curator kept."""
    session.execute(
        delete(SavedQueueRow).where(
            col(SavedQueueRow.curator) == curator, col(SavedQueueRow.name) == name
        )
    )
