"""The form in which a curator corrects a claim, and the amendment that it makes."""

from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse, Response
from sqlmodel import Session

from curation.review import amending, fields
from curation.review.claim_pages import ClaimId
from curation.review.claim_view import ClaimView, place, view
from curation.review.conflict import conflict_page
from curation.review.deciding import as_seen, decide_on, note_of, onward, refuse_verdict
from curation.review.errors import FormError
from curation.review.forms import Form
from curation.review.queue import Queue
from curation.review.review import Here, InQueue, Review
from evidence.decisions import Action, Status
from evidence.errors import ConflictError, DecisionError, QuoteError

router = APIRouter()

SELECTION = "selection"
"""The move that quotes what was selected in the text."""


@router.get("/claims/{claim_id}/amend")
def show_form(
    claim_id: ClaimId,
    review: Here,
    queue: InQueue,
    focus: Annotated[str, Query(max_length=20)] = "",
    move: Annotated[str, Query(max_length=20)] = "",
) -> HTMLResponse:
    """Show the claim's fields, to be corrected, one in focus or the quote moved."""
    with review.database.read() as session:
        found = view(review, session, claim_id)
        values = amending.values_of(found.draft)
        if move:
            values = amending.move(values, found.text, move)
        blank = amending.Amendment(values)
        form = {"move": move, "focus": focus}
        return _page(review, session, claim_id, queue, blank, form)


@router.post("/claims/{claim_id}/amend")
def amend(claim_id: ClaimId, form: Form, review: Here, queue: InQueue) -> Response:
    """Move the quote and show the form again, or take the amendment."""
    fields = form | {"action": Action.AMEND.value}
    with review.database.read() as session:
        found = view(review, session, claim_id)
        amendment = _read(review, found, form)
        moved = form.get("move")
        if moved is not None:
            amendment.problems.pop("quote", None)
            values = amendment.values
            if moved == SELECTION:
                values |= {end: form.get(end, "") for end in ("start", "end")}
            amendment.values = amending.move(values, found.text, moved)
            return _page(review, session, claim_id, queue, amendment, form)
    problem: str | None = None
    if amendment.problems:
        problem = "mend this first:"
    elif not amendment.changes:
        problem = "Nothing was changed: accept the claim as it stands, or go back."
    if problem is None:
        try:
            _save(review, claim_id, form)
            return onward(queue, form)
        except ConflictError as error:
            return conflict_page(review, claim_id, queue, fields, str(error))
        except (FormError, DecisionError, QuoteError) as error:
            problem = str(error)
    elif _is_stale(form, found):
        why = f"claim {claim_id} was decided or read anew meanwhile"
        return conflict_page(review, claim_id, queue, fields, why)
    with review.database.read() as session:
        return _page(review, session, claim_id, queue, amendment, form, problem)


def _save(review: Review, claim_id: str, form: dict[str, str]) -> None:
    """Append the amendment of the claim as it stands inside this transaction."""
    with review.database.write() as session:
        claim = as_seen(review, session, claim_id, form)
        amendment = _read(review, view(review, session, claim_id), form)
        settling = review.settles and claim.status is Status.DISPUTED
        action = Action.ADJUDICATE if settling else Action.AMEND
        refuse_verdict(review, session, claim, action)
        given = {"changes": amendment.changes, "note": note_of(form)}
        decide_on(review, session, claim, action, **given)


def _read(review: Review, found: ClaimView, form: dict[str, str]) -> amending.Amendment:
    record = found.paper.record
    return amending.read(form, found.draft, found.text, record, review.protocol)


def _is_stale(form: dict[str, str], found: ClaimView) -> bool:
    return (form.get("seen"), form.get("shown")) != (found.seen, found.shown)


def _page(
    review: Review,
    session: Session,
    claim_id: str,
    queue: Queue,
    amendment: amending.Amendment,
    form: dict[str, str],
    problem: str | None = None,
) -> HTMLResponse:
    """Return the form; what was seen at first stays what the form decides on."""
    found = view(review, session, claim_id)
    quoting = amending.place(amendment.values, found.draft, found.text)
    values = {
        "view": view(review, session, claim_id, quoting),
        "place": place(review, session, queue, claim_id),
        "values": amendment.values,
        "problems": amendment.problems,
        "problem": problem,
        "note": form.get("note", ""),
        "seen": form.get("seen", found.seen),
        "shown": form.get("shown", found.shown),
        "after": form.get("next"),
        "moved": form.get("move", ""),
        "focus": form.get("focus", ""),
        "choices": fields.CHOICES,
        "optional": fields.OPTIONAL,
    }
    return review.page("amend.html.jinja", values, 422 if problem else 200)
