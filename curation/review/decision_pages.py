"""Decisions of the bar: taken on a claim, and taken back."""

import hashlib
from typing import Annotated

from fastapi import APIRouter, Path
from fastapi.responses import RedirectResponse, Response
from sqlmodel import Session

from curation.review.about import subject_of
from curation.review.claim_pages import ClaimId, claim_page
from curation.review.claim_view import claim_of
from curation.review.conflict import conflict_page
from curation.review.deciding import (
    as_seen,
    decide_on,
    onward,
    read_intent,
    refuse_unseen,
    refuse_verdict,
)
from curation.review.errors import FormError
from curation.review.forms import Form
from curation.review.review import Here, InQueue
from curation.review.subjects import undo_about
from evidence.decisions import Action, Decision, SubjectKind
from evidence.errors import ConflictError, DecisionError, QuoteError
from evidence.queries import claims as reads

router = APIRouter()

DecisionId = Annotated[str, Path(pattern=r"^[0-9a-f]{32}$")]


@router.post("/claims/{claim_id}/decisions")
def decide(claim_id: ClaimId, form: Form, review: Here, queue: InQueue) -> Response:
    """Take a decision and go on to the next claim of the queue."""
    try:
        intent = read_intent(form)
        with review.database.write() as session:
            claim = as_seen(review, session, claim_id, form)
            refuse_verdict(review, session, claim, intent.action)
            given = {"reason": intent.reason, "note": intent.note}
            decide_on(review, session, claim, intent.action, **given)
    except ConflictError as error:
        return conflict_page(review, claim_id, queue, form, str(error))
    except (FormError, DecisionError, QuoteError) as error:
        with review.database.read() as session:
            return claim_page(review, session, claim_id, queue, form, error)
    return onward(queue, form)


@router.post("/decisions/{decision_id}/undo")
def undo(decision_id: DecisionId, form: Form, review: Here, queue: InQueue) -> Response:
    """Take back a decision of one's own, or an undo: that is redo.

    Of claims, what was decided with one press is taken back with one press; what
    anybody decided on those since stays.
    """
    with review.database.read() as session:
        target = reads.decision(session, decision_id)
    if target.curator != review.curator:
        raise FormError(
            f"{target.curator} took this decision; decide anew instead", 403
        )
    if target.subject_kind is not SubjectKind.CLAIM:
        with review.database.write() as session:
            undo_about(review, session, target, form)
        subject = subject_of(target, review.protocol)
        return RedirectResponse(subject.address or "/decisions", 303)
    claim_id = target.subject_id
    try:
        with review.database.write() as session:
            if decision_id in reads.taken_back(reads.decisions_of(session, claim_id)):
                raise ConflictError(f"claim {claim_id}: this was taken back already")
            refuse_unseen(review, session, claim_id, form)
            together = _together(session, target)
            mark = _mark(together)
            for one in together:
                claim = claim_of(review, session, one.subject_id)
                given = {"undoes": one.id, "batch": mark}
                decide_on(review, session, claim, Action.UNDO, **given)
    except ConflictError as error:
        fields = form | {"action": Action.UNDO.value, "undoes": decision_id}
        return conflict_page(review, claim_id, queue, fields, str(error))
    return RedirectResponse(f"/claims/{claim_id}?{queue.address}", 303)


def _together(session: Session, target: Decision) -> list[Decision]:
    """Return what was decided with one press and was not taken back since."""
    if target.batch is None:
        return [target]
    pmid = reads.claim(session, target.subject_id).draft.pmid
    found = []
    for decisions in reads.decisions_of_paper(session, pmid).values():
        gone = reads.taken_back(decisions)
        found += [
            d
            for d in decisions
            if d.batch == target.batch
            and d.curator == target.curator
            and d.id not in gone
        ]
    return found


def _mark(together: list[Decision]) -> str | None:
    """Return the mark of an undo of several decisions; one needs none."""
    if len(together) == 1:
        return None
    ids = "".join(sorted(decision.id for decision in together))
    return hashlib.sha256(ids.encode()).hexdigest()[:32]
