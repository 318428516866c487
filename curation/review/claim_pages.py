"""The claim's page, and the decisions that are taken on it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Path
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlmodel import Session

from curation.review.claim_view import is_closed, place, seen_of, shown_of, view
from curation.review.conflict import conflict_page
from curation.review.errors import FormError, status_of
from curation.review.forms import Form
from curation.review.queue import Queue
from curation.review.review import Here, InQueue, Review
from evidence.claims import Claim
from evidence.decisions import Action, Decision, Reason, SubjectKind
from evidence.errors import ConflictError, DecisionError, QuoteError
from evidence.queries import claims as reads
from evidence.status import live
from evidence.store.decisions import append_decisions

router = APIRouter()

ClaimId = Annotated[str, Path(pattern=r"^c[a-z2-7]{12}$")]
DecisionId = Annotated[str, Path(pattern=r"^[0-9a-f]{32}$")]
LONGEST_NOTE = 5_000
"""Characters of a note."""

TAKEN_HERE = (Action.ACCEPT, Action.REJECT, Action.DEFER, Action.FLAG)
"""Actions of the bar; an amendment has a form of its own."""


@dataclass(frozen=True, slots=True)
class Intent:
    """What a curator asked for on the bar."""

    action: Action
    reason: Reason | None
    note: str | None


@router.get("/claims/{claim_id}")
def show_claim(claim_id: ClaimId, review: Here, queue: InQueue) -> HTMLResponse:
    """Show a claim in its abstract, with the decision bar."""
    with review.database.read() as session:
        return claim_page(review, session, claim_id, queue)


@router.post("/claims/{claim_id}/decisions")
def decide(claim_id: ClaimId, form: Form, review: Here, queue: InQueue) -> Response:
    """Take a decision and go on to the next claim of the queue."""
    try:
        intent = read_intent(form)
        with review.database.write() as session:
            claim = as_seen(session, claim_id, form)
            if intent.action is Action.DEFER:
                _refuse_deferring(session, claim)
            decision = Decision(
                subject_kind=SubjectKind.CLAIM,
                subject_id=claim_id,
                action=intent.action,
                curator=review.curator,
                at=moment_after(review, session, claim_id),
                snapshot=claim.draft.as_dict(),
                reason=intent.reason,
                note=intent.note,
            )
            append(review, session, decision, form)
    except ConflictError as error:
        return conflict_page(review, claim_id, queue, form, str(error))
    except (FormError, DecisionError, QuoteError) as error:
        with review.database.read() as session:
            return claim_page(review, session, claim_id, queue, form, error)
    return onward(queue, form)


@router.post("/decisions/{decision_id}/undo")
def undo(decision_id: DecisionId, form: Form, review: Here, queue: InQueue) -> Response:
    """Take back a decision of one's own, or an undo: that is redo."""
    with review.database.read() as session:
        claim_id = reads.decision(session, decision_id).subject_id
    try:
        with review.database.write() as session:
            target = reads.decision(session, decision_id)
            if target.curator != review.curator:
                raise FormError(
                    f"{target.curator} took this decision; decide anew instead", 403
                )
            if decision_id in reads.taken_back(reads.decisions_of(session, claim_id)):
                raise ConflictError(f"claim {claim_id}: this was taken back already")
            refuse_unseen(session, claim_id, form)
            decision = Decision(
                subject_kind=SubjectKind.CLAIM,
                subject_id=claim_id,
                action=Action.UNDO,
                curator=review.curator,
                at=moment_after(review, session, claim_id),
                snapshot=reads.claim(session, claim_id).draft.as_dict(),
                undoes=decision_id,
            )
            append(review, session, decision, form)
    except ConflictError as error:
        fields = form | {"action": Action.UNDO.value, "undoes": decision_id}
        return conflict_page(review, claim_id, queue, fields, str(error))
    return RedirectResponse(f"/claims/{claim_id}?{queue.address}", 303)


def claim_page(
    review: Review,
    session: Session,
    claim_id: str,
    queue: Queue,
    form: dict[str, str] | None = None,
    problem: Exception | None = None,
) -> HTMLResponse:
    """Return a claim's page; after a refusal with what was typed, and why."""
    kept = form or {}
    values = {
        "view": view(review, session, claim_id),
        "place": place(review, session, queue, claim_id),
        "problem": str(problem) if problem is not None else None,
        "note": kept.get("note", ""),
        "reason": kept.get("reason", ""),
    }
    status = status_of(problem) if isinstance(problem, FormError) else 422
    return review.page("claim.html.jinja", values, status if problem else 200)


def read_intent(form: dict[str, str]) -> Intent:
    """Return what the bar's form asks for.

    Raises
    ------
    FormError
        Where no action is named, a rejection lacks its reason, or a flag its note.
    """
    note = note_of(form)
    chosen = form.get("action", "")
    # Enter in the row of reasons sends the form without any button.
    name = chosen or ("reject" if form.get("reason") else "")
    if name not in set(TAKEN_HERE):
        raise FormError("choose one of the decisions below")
    action = Action(name)
    if action is Action.REJECT:
        if form.get("reason", "") not in set(Reason):
            raise FormError(
                "a rejection needs a reason: choose one in the row above the buttons"
            )
        return Intent(action, Reason(form["reason"]), note)
    if action is Action.FLAG and note is None:
        raise FormError("say in the note what should be looked at, then flag")
    return Intent(action, None, note)


def note_of(form: dict[str, str]) -> str | None:
    """Return a form's note, None where it is empty."""
    note = form.get("note", "").strip()
    if len(note) > LONGEST_NOTE:
        raise FormError(f"the note has more than {LONGEST_NOTE} characters; shorten it")
    return note or None


def as_seen(session: Session, claim_id: str, form: dict[str, str]) -> Claim:
    """Return the claim that a form decides on, if it still is what was shown.

    Raises
    ------
    ConflictError
        Where its fields or its decisions are others by now.
    FormError
        Where its text was replaced: no decision makes it count.
    """
    claim = reads.claim(session, claim_id)
    if is_closed(session, claim_id):
        raise FormError(
            "this claim quoted a digest, and PubMed's own text has come: there is "
            "nothing left to decide",
            409,
        )
    refuse_unseen(session, claim_id, form)
    if form.get("shown") != shown_of(claim.draft):
        raise ConflictError(
            f"claim {claim_id}: its text was read anew meanwhile, and the claim "
            "differs from what was shown; look at it and decide again"
        )
    return claim


def refuse_unseen(session: Session, claim_id: str, form: dict[str, str]) -> None:
    """Refuse to decide over a decision that the page did not show.

    Raises
    ------
    ConflictError
        Where the claim's last decision is not the one that was seen.
    """
    decisions = reads.decisions_of(session, claim_id)
    if form.get("seen", "") == seen_of(decisions):
        return
    who = f"{decisions[-1].curator} decided" if decisions else "something changed"
    raise ConflictError(
        f"claim {claim_id}: {who} meanwhile; look at both and decide again"
    )


def moment_after(review: Review, session: Session, claim_id: str) -> datetime:
    """Return the present, or the moment after the claim's last decision.

    Decisions count in the order of their times. One that another clock dated into
    the future must not outweigh what is decided in full view of it.
    """
    decisions = reads.decisions_of(session, claim_id)
    last = max((d.at for d in decisions), default=None)
    now = review.clock()
    return now if last is None else max(now, last + timedelta(microseconds=1))


def append(
    review: Review, session: Session, decision: Decision, form: dict[str, str]
) -> None:
    """Append a decision, if the claim's last decision is the one that was seen."""
    append_decisions(
        review.database,
        session,
        [decision],
        at=decision.at,
        expected=form.get("seen", ""),
    )


def onward(queue: Queue, form: dict[str, str]) -> RedirectResponse:
    """Go to the claim that came next when the page was shown."""
    after = form.get("next", "")
    if after.isascii() and after.isalnum() and len(after) == 13:
        return RedirectResponse(f"/claims/{after}?{queue.address}", 303)
    return RedirectResponse(f"/queue?{queue.address}", 303)


def _refuse_deferring(session: Session, claim: Claim) -> None:
    taken = {d.action for d in live(reads.decisions_of(session, claim.id))}
    if taken & {Action.ACCEPT, Action.AMEND, Action.REJECT, Action.ADJUDICATE}:
        raise FormError(
            "this claim is decided, so it cannot be put off; flag it, or go on"
        )
