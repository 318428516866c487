"""The application: pages, their gate, and one clean page for what goes wrong."""

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException

from curation.clock import Clock, now
from curation.review import (
    add_pages,
    amend_pages,
    claim_pages,
    decision_pages,
    dispute_pages,
    fidelity_pages,
    list_pages,
    paper_pages,
    quality_pages,
    queue_pages,
    regulatory_pages,
    statement_pages,
    study_pages,
    team_pages,
    token_pages,
)
from curation.review.access import Access, Door, Guard
from curation.review.errors import status_of
from curation.review.presence import Presence
from curation.review.review import HERE, Review
from curation.review.team import TeamDoor
from evidence.database import Database
from evidence.errors import EvidenceError

PAGES = (
    *(queue_pages, list_pages, claim_pages, decision_pages, amend_pages),
    *(dispute_pages, paper_pages, add_pages, quality_pages, fidelity_pages),
    *(study_pages, regulatory_pages, statement_pages),
)

TITLES = {
    400: "This cannot be read",
    403: "Not allowed",
    404: "Not found",
    405: "Not possible here",
    409: "Somebody was faster",
    413: "Too long",
    415: "Not a form of ours",
    422: "This needs mending",
    429: "Too many tries",
    500: "Something broke in this program",
    503: "The database does not answer",
}


def create_app(database: Database, *, access: Door, clock: Clock = now) -> FastAPI:
    """Return the review page of a database.

    Parameters
    ----------
    database
        Where claims are read and decisions appended.
    access
        Who may come in, and whose name and role their decisions carry.
    clock
        What time it is.
    """
    review = Review(database, access, Presence(clock), clock)
    # The generated documentation pages load scripts from elsewhere: none here.
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    app.state.review = review
    for pages in PAGES:
        app.include_router(pages.router)
    if isinstance(access, Access):
        app.include_router(token_pages.entrance(access))
    elif isinstance(access, TeamDoor):
        app.include_router(team_pages.pages(access))
    app.mount("/static", StaticFiles(directory=HERE / "static"))
    app.add_middleware(Guard, access=access, refuse=review.message)
    _tell_of_errors(app, review)
    return app


def _tell_of_errors(app: FastAPI, review: Review) -> None:
    """Turn every error into a page that says what happened and what to do."""

    def page(status: int, text: str) -> HTMLResponse:
        return review.message(status, TITLES.get(status, "Not possible"), text)

    async def ours(_: Request, error: Exception) -> HTMLResponse:
        status = status_of(error) if isinstance(error, EvidenceError) else 500
        return page(status, str(error))

    async def of_http(_: Request, error: Exception) -> HTMLResponse:
        status = error.status_code if isinstance(error, HTTPException) else 500
        return page(status, "There is no such page; go on from the queues.")

    async def of_address(_: Request, error: Exception) -> HTMLResponse:
        del error
        return page(404, "The address is not one of ours; go on from the queues.")

    async def unforeseen(_: Request, error: Exception) -> HTMLResponse:
        del error
        return page(
            500,
            "Nothing of this request was saved. What was decided before is safe. "
            "The terminal shows what broke: please report it.",
        )

    app.add_exception_handler(EvidenceError, ours)
    app.add_exception_handler(HTTPException, of_http)
    app.add_exception_handler(RequestValidationError, of_address)
    app.add_exception_handler(Exception, unforeseen)
