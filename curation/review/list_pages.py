"""Queues, searches, past decisions, rules and keys: the pages around the claims."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from curation.review.access import ENTRANCE
from curation.review.claim_view import last_steps
from curation.review.queue import DEFERRED, Queue
from curation.review.review import Here, InQueue
from evidence.claims import Claim
from evidence.decisions import Action, Status
from evidence.errors import NotFoundError
from evidence.protocol import Protocol
from evidence.queries import claims as reads
from evidence.queries import lookup, queues, waiting

router = APIRouter()

PAPERS_SHOWN = 12
Text = Annotated[str, Query(max_length=200)]


@router.get(ENTRANCE)
def enter(request: Request, review: Here, token: Text = "") -> Response:
    """Open this browser, once; an opened one goes straight in."""
    access = review.access
    if access.knows(request.headers):
        return RedirectResponse("/", 303)
    session = access.admit(token)
    if session is None:
        return review.message(
            403,
            "This address opens nothing any more",
            "It works once. Use the browser that it opened, or start "
            "`curation review` again for a new one.",
        )
    answer = RedirectResponse("/", 303)
    answer.set_cookie(access.cookie, session, httponly=True, samesite="lax", path="/")
    return answer


@router.get("/")
def overview(review: Here) -> HTMLResponse:
    """Show the queues, and how far the review has come."""
    today = review.clock().replace(hour=0, minute=0, second=0, microsecond=0)
    with review.database.read() as session:
        by_status = waiting.by_status(session)
        values = {
            "by_status": [(s, by_status[s]) for s in Status if s in by_status],
            "waiting": sum(by_status.get(s, 0) for s in waiting.WAITING),
            "deferred": by_status.get(Status.DEFERRED, 0),
            "progress": queues.progress(session, queues.Selection()),
            "slice": queues.progress(
                session, Queue.read({"queue": "slice"}, review.protocol).selection
            ),
            "today": reads.decided_since(session, review.curator, today),
            "waiting_by": waiting.waiting_by(session),
            "papers": waiting.waiting_papers(session, PAPERS_SHOWN),
            "steps": last_steps(review, session),
            "deferred_name": DEFERRED,
        }
    return review.page("overview.html.jinja", values)


@router.get("/queue")
def begin(review: Here, queue: InQueue) -> Response:
    """Go to the first claim of a queue, or say that nothing is left in it."""
    with review.database.read() as session:
        found = queues.first(session, queue.selection)
        if found is not None:
            return RedirectResponse(f"/claims/{found}?{queue.address}", 303)
        values = {
            "queue": queue,
            "progress": queues.progress(session, queue.selection),
            "steps": last_steps(review, session),
        }
    return review.page("done.html.jinja", values)


@router.get("/search")
def search(review: Here, text: Text = "") -> Response:
    """Show claims of a PMID, an id, a treatment, a domain, or with these words."""
    wanted = text.strip()
    found: tuple[Claim, ...] = ()
    if wanted:
        with review.database.read() as session:
            found = lookup.search(session, wanted, slugs_like(wanted, review.protocol))
        if len(found) == 1 and found[0].id == wanted:
            return RedirectResponse(f"/claims/{wanted}", 303)
    values = {"text": wanted, "claims": found, "limit": reads.SHOWN}
    return review.page("search.html.jinja", values)


@router.get("/decisions")
def past(
    review: Here,
    text: Text = "",
    curator: Text = "",
    action: Text = "",
    before: Annotated[int | None, Query(ge=1, le=2**62)] = None,
) -> HTMLResponse:
    """Show past decisions, newest first, each with the way back to its claim."""
    if action and action not in set(Action):
        raise NotFoundError(f"there is no action {action!r} among the decisions")
    wanted = text.strip()
    with review.database.read() as session:
        found = lookup.past_decisions(
            session,
            text=wanted,
            slugs=slugs_like(wanted, review.protocol) if wanted else (),
            curator=curator.strip() or None,
            action=Action(action) if action else None,
            before=before,
        )
        seen = {
            past.claim.id: reads.decisions_of(session, past.claim.id)[-1].id
            for past in found
        }
    values = {
        "text": wanted,
        "of_curator": curator.strip(),
        "action": action,
        "actions": tuple(Action),
        "decisions": found,
        "seen": seen,
        "more": found[-1].sequence if len(found) == reads.SHOWN else None,
    }
    return review.page("decisions.html.jinja", values)


@router.get("/rules")
def rules(review: Here) -> HTMLResponse:
    """Show the rules by which claims are read, and the protocol's definitions."""
    return review.page("rules.html.jinja", {})


@router.get("/keys")
def keys(review: Here) -> HTMLResponse:
    """Show the keys."""
    return review.page("keys.html.jinja", {})


def slugs_like(text: str, protocol: Protocol) -> tuple[str, ...]:
    """Return the treatments and domains whose id or label holds a text."""
    wanted = text.casefold()
    rows = (*protocol.treatments.values(), *protocol.domains.values())
    return tuple(
        row.id for row in rows if wanted in row.label.casefold() or wanted == row.id
    )
