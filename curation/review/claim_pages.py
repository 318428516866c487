"""The claim's page: the bar of a curator, or that of the adjudicator of a dispute."""

from typing import Annotated

from fastapi import APIRouter, Path
from fastapi.responses import HTMLResponse
from sqlmodel import Session

from curation.review.claim_view import place, view
from curation.review.errors import FormError, status_of
from curation.review.queue import Queue
from curation.review.review import Here, InQueue, Review
from evidence.queries.sight import dispute

router = APIRouter()

ClaimId = Annotated[str, Path(pattern=r"^c[a-z2-7]{12}$")]


@router.get("/claims/{claim_id}")
def show_claim(claim_id: ClaimId, review: Here, queue: InQueue) -> HTMLResponse:
    """Show a claim in its abstract, with the decision bar."""
    with review.database.read() as session:
        return claim_page(review, session, claim_id, queue)


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
    found = view(review, session, claim_id)
    settling = dispute(session, claim_id) if review.settles else None
    values = {
        "view": found,
        "place": place(review, session, queue, claim_id),
        "also_here": review.presence.enter(review.curator, claim_id),
        "problem": str(problem) if problem is not None else None,
        "note": kept.get("note", ""),
        "reason": kept.get("reason", ""),
        "dispute": settling,
        "picked": kept,
    }
    template = "dispute.html.jinja" if settling else "claim.html.jinja"
    status = status_of(problem) if isinstance(problem, FormError) else 422
    return review.page(template, values, status if problem else 200)
