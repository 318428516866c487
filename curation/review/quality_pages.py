"""How far curators agree, and how often the extractor is right."""

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from curation.review.review import Here
from evidence.queries.agreement import agreements
from evidence.queries.scorecard import scorecard

router = APIRouter()


@router.get("/agreement")
def show_agreement(review: Here) -> HTMLResponse:
    """Show percent, kappa and AC1 of two curators, field by field."""
    with review.database.read() as session:
        found = agreements(review.database, session)
        since = review.database.dual_since(session)
    return review.page("agreement.html.jinja", {"compared": found, "since": since})


@router.get("/scorecard")
def show_scorecard(review: Here) -> HTMLResponse:
    """Show the extractor's precision per rule and part, on slices and on all."""
    with review.database.read() as session:
        sliced = scorecard(session)
        all_settled = scorecard(session, sliced=False)
    values = {"sliced": sliced, "all_settled": all_settled}
    return review.page("scorecard.html.jinja", values)
