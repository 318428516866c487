"""Decisions in: appended, never changed."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import insert
from sqlmodel import Session, col, select

from evidence.database import Database
from evidence.decisions import Action, Decision, SubjectKind
from evidence.documents import read_draft, write_json
from evidence.errors import ConflictError, DecisionError, NotFoundError, QuoteError
from evidence.fidelity import check_fidelity
from evidence.linking import check_link
from evidence.models import METADATA, ClaimRow, DecisionRow, RecordRow, TextRow
from evidence.protocol import Protocol
from evidence.reading import IN_ONE_QUERY, decisions_on
from evidence.rechecking import check_recheck
from evidence.settling import check_settlement
from evidence.statement_rules import answered_by, check_answer, check_statement
from evidence.status import decided_draft
from evidence.store.inserting import insert_claim
from evidence.store.linking import relink
from evidence.store.reviewing import remember_slices
from evidence.store.runs import Event, audit
from evidence.store.statuses import restate
from evidence.types import Draft, Role
from evidence.vocabulary import DomainKind


def append_decisions(
    database: Database,
    session: Session,
    decisions: Sequence[Decision],
    *,
    at: datetime,
    expected: str | None = None,
) -> int:
    """Append decisions that are not stored yet; return how many were new.

    Parameters
    ----------
    database, session
        Where, and in which transaction.
    decisions
        In the order in which they were taken.
    at
        When they are stored, for the audit trail.
    expected
        For a single decision taken on a page: the id of the last decision that
        the curator saw on the claim, "" for none.

    Raises
    ------
    ConflictError
        Where somebody else decided since; nothing was written.
    NotFoundError
        Where a claim that is decided on is not stored.
    QuoteError
        Where the quote as decided does not stand in its stored text.
    DecisionError
        Where a decision cannot be applied: an undo of an unknown one, a treatment,
        domain or reference that the protocol does not know.
    """
    known = _known(session, [d.id for d in decisions])
    fresh = list({d.id: d for d in decisions if d.id not in known}.values())
    subjects = [d.subject_id for d in fresh if d.subject_kind is SubjectKind.CLAIM]
    _check(session, fresh, expected)
    for decision in fresh:
        check_claim(database.protocol, session, decision)
        check_settlement(decision, database.protocol.references)
        check_fidelity(decision, database.protocol)
        check_link(decision)
        check_recheck(decision, database.protocol)
        check_statement(decision, database.protocol)
        check_answer(decision, _answered(session, fresh, decision))
    if fresh:
        # One statement, in this order: a ledger may hold a hundred thousand.
        session.connection().execute(
            insert(METADATA.tables["decision"]), [row_of(d) for d in fresh]
        )
    audit(
        session,
        at,
        (
            Event(
                d.curator,
                f"decision_{d.action}",
                f"{d.subject_kind}:{d.subject_id}",
                {"decision": d.id},
            )
            for d in fresh
        ),
    )
    remember_slices(session, fresh)
    restate(database, session, subjects)
    relink(database, session, fresh)
    return len(fresh)


def add_claim(
    database: Database,
    session: Session,
    draft: Draft,
    *,
    curator: str,
    note: str | None,
    at: datetime,
) -> str:
    """Store a claim that a curator found and the extractor did not; return its id.

    Its author's word is the first of the two that it takes: until somebody else
    accepts it, it awaits them.

    Raises
    ------
    DecisionError
        Where the draft does not say that this curator added it, or speaks words that
        the protocol does not know.
    NotFoundError
        Where the record is not stored.
    QuoteError
        Where the quote does not stand in the stored text.
    """
    if draft.added_by != curator:
        raise DecisionError(f"a claim that {curator} adds says so in its extractor")
    record = session.get(RecordRow, draft.pmid)
    if record is None:
        raise NotFoundError(f"the record of PMID {draft.pmid} is not stored")
    text = session.get(TextRow, (draft.pmid, draft.field.value, draft.text_sha256))
    if text is None or text.text[draft.start : draft.end] != draft.quote:
        raise QuoteError(
            f"PMID {draft.pmid}: the quote does not stand in the stored {draft.field}; "
            "quote it letter for letter"
        )
    # It belongs to the run that brought the text in which it was found.
    claim = insert_claim(database, session, draft, run=record.changed_run)
    decision = Decision(
        subject_kind=SubjectKind.CLAIM,
        subject_id=claim,
        action=Action.ACCEPT,
        curator=curator,
        at=at,
        snapshot=draft.as_dict(),
        note=note,
    )
    append_decisions(database, session, [decision], at=at)
    return claim


def row_of(decision: Decision) -> dict[str, Any]:
    """Return the columns that follow from a decision."""
    return {
        "id": decision.id,
        "subject_kind": decision.subject_kind.value,
        "subject_id": decision.subject_id,
        "action": decision.action.value,
        "curator": decision.curator,
        "role": decision.role.value,
        "at": decision.at,
        "reason": decision.reason.value if decision.reason else None,
        "document": write_json(decision.as_dict()),
    }


def _known(session: Session, ids: Sequence[str]) -> set[str]:
    found: set[str] = set()
    for start in range(0, len(ids), IN_ONE_QUERY):
        part = ids[start : start + IN_ONE_QUERY]
        found.update(
            session.exec(select(DecisionRow.id).where(col(DecisionRow.id).in_(part)))
        )
    return found


def _check(session: Session, fresh: Sequence[Decision], expected: str | None) -> None:
    about = {d.id: (d.subject_kind, d.subject_id) for d in fresh}
    for decision in fresh:
        kind, subject = decision.subject_kind, decision.subject_id
        if kind is SubjectKind.CLAIM and session.get(ClaimRow, subject) is None:
            raise NotFoundError(f"there is no claim {subject} to decide on")
        if kind is SubjectKind.PAPER:
            _check_paper(session, decision)
        if (
            kind is SubjectKind.CLAIM
            and not decision.snapshot
            and decision.action is not Action.UNDO
        ):
            raise DecisionError(
                f"claim {subject}: a decision carries the claim as it was seen; "
                "give its snapshot"
            )
        if expected is not None:
            earlier = decisions_on(session, kind, [subject])[subject]
            if expected != (earlier[-1].id if earlier else ""):
                who = earlier[-1].curator if earlier else "somebody"
                raise ConflictError(
                    f"claim {subject}: {who} decided meanwhile; look at both and "
                    "decide again"
                )
        if decision.undoes is not None:
            row = session.exec(
                select(DecisionRow).where(col(DecisionRow.id) == decision.undoes)
            ).first()
            target = about.get(decision.undoes)
            if row is not None:
                target = (SubjectKind(row.subject_kind), row.subject_id)
            if target != (kind, subject):
                raise DecisionError(
                    f"{kind} {subject}: there is no decision {decision.undoes} on it "
                    "to undo"
                )


def _answered(
    session: Session, fresh: Sequence[Decision], decision: Decision
) -> Decision | None:
    """Return the decision on the same cell that wrote what this one answers."""
    kind, cell = decision.subject_kind, decision.subject_id
    wanted = answered_by(decision)
    if kind is not SubjectKind.CELL_STATEMENT or wanted is None:
        return None
    known = [*decisions_on(session, kind, [cell])[cell], *fresh]
    return next((d for d in known if d.id == wanted), None)


def _check_paper(session: Session, decision: Decision) -> None:
    """Check that a paper that is marked as read is one, and that nothing else is said.

    Raises
    ------
    DecisionError
        Where it is more than a mark, or its taking back.
    NotFoundError
        Where the record is not stored.
    """
    pmid = decision.subject_id
    if decision.action not in (Action.ACCEPT, Action.UNDO):
        raise DecisionError(f"paper {pmid}: it is marked with accept, or with undo")
    known = pmid.isascii() and pmid.isdigit() and len(pmid) < 10
    if not known or session.get(RecordRow, int(pmid)) is None:
        raise NotFoundError(f"the record of PMID {pmid} is not stored; load it first")


def check_claim(protocol: Protocol, session: Session, decision: Decision) -> None:
    """Check that what is accepted quotes its text and speaks the protocol's words."""
    accepting = (Action.ACCEPT, Action.AMEND, Action.ADJUDICATE)
    if (
        decision.subject_kind is not SubjectKind.CLAIM
        or decision.action not in accepting
    ):
        return
    row = session.get(ClaimRow, decision.subject_id)
    if row is None:
        raise NotFoundError(f"there is no claim {decision.subject_id} to decide on")
    draft = decided_draft(read_draft(row.proposal), decision)
    where = f"claim {decision.subject_id}"
    if draft.pmid != row.pmid:
        raise QuoteError(
            f"{where} is of PMID {row.pmid}; it cannot become one of {draft.pmid}"
        )
    text = session.get(TextRow, (draft.pmid, draft.field.value, draft.text_sha256))
    if text is None or text.text[draft.start : draft.end] != draft.quote:
        raise QuoteError(
            f"{where}: the quote does not stand at {draft.start}-{draft.end} of the "
            f"{draft.field} of PMID {draft.pmid}; quote the stored text exactly"
        )
    if not 0 <= draft.confidence <= 1:
        raise DecisionError(f"{where}: confidence is between 0 and 1")
    for kind, slug in _unknown(protocol, draft):
        raise DecisionError(f"{where}: the protocol has no {kind} {slug!r}")
    overall = protocol.domains[draft.domain].kind is DomainKind.OVERALL
    if overall is not (draft.role is Role.OVERALL):
        raise DecisionError(
            f"{where}: role {draft.role} and domain {draft.domain} do not go together; "
            "total severity has a column and a role of its own"
        )


def _unknown(protocol: Protocol, draft: Draft) -> list[tuple[str, str | None]]:
    arms = {*protocol.treatments, *protocol.comparators, None}
    return [
        (kind, slug)
        for kind, slug, known in (
            ("treatment", draft.treatment, set(protocol.treatments)),
            ("comparator", draft.comparator, arms),
            ("domain", draft.domain, set(protocol.domains)),
            ("population", draft.population, set(protocol.populations)),
        )
        if slug not in known
    ]
