"""Queues: what waits, in which order, kept under a name, drawn at random."""

from dataclasses import replace
from urllib.parse import parse_qsl

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from curation.review.claim_view import last_steps
from curation.review.errors import FormError
from curation.review.forms import Form
from curation.review.queue import DEFERRED, Queue, number_of, seed_of
from curation.review.review import Here, InQueue, Review
from curation.review.statement_pages import asks
from evidence.decisions import Status
from evidence.errors import NotFoundError
from evidence.queries import desk, queues, slices, waiting
from evidence.queries.queues import Order, Selection
from evidence.queries.slices import LONGEST_SLICE
from evidence.queries.statements import cell_statements
from evidence.store import reviewing

router = APIRouter()

PAPERS_SHOWN = 12
SLICE_SIZE = 100
LONGEST_NAME = 80
"""Characters of a saved queue's name."""


@router.get("/")
def overview(review: Here) -> HTMLResponse:
    """Show the queues, and how far the review has come."""
    with review.database.read() as session:
        by_status = waiting.by_status(session)
        progress = queues.progress(session, _asked(review))
        to_settle = by_status.get(Status.DISPUTED, 0)
        values = {
            "by_status": [(s, by_status[s]) for s in Status if s in by_status],
            "waiting": to_settle if review.settles else progress.waiting,
            "deferred": progress.deferred,
            "disputed": to_settle,
            "second": by_status.get(Status.AWAITING_SECOND, 0),
            "progress": progress,
            "pace": desk.pace(session, review.curator, review.today()),
            "slices": desk.slices(session),
            "saved": desk.saved_queues(session, review.curator),
            "papers_read": desk.papers_read(session),
            "waiting_by": waiting.waiting_by(session),
            "designs": waiting.waiting_by_design(session),
            "papers": waiting.waiting_papers(session, PAPERS_SHOWN),
            "steps": last_steps(review, session),
            "deferred_name": DEFERRED,
            "statements": sum(
                asks(review, one)
                for found in cell_statements(review.database, session).values()
                for one in found
            ),
        }
    return review.page("overview.html.jinja", values)


@router.get("/queue")
def begin(review: Here, queue: InQueue) -> Response:
    """Go to the first claim of a queue, or say that nothing is left in it."""
    with review.database.read() as session:
        if queue.selection.order is Order.SLICE and queue.selection.seed not in {
            drawn.seed for drawn in desk.slices(session)
        }:
            raise NotFoundError(
                f"no slice of seed {queue.selection.seed!r} was drawn; draw it on the "
                "page of slices"
            )
        found = queues.first(session, queue.selection)
        if found is not None:
            return RedirectResponse(f"/claims/{found}?{queue.address}", 303)
        values = {
            "queue": queue,
            "progress": queues.progress(session, queue.selection),
            "steps": last_steps(review, session),
        }
    return review.page("done.html.jinja", values)


@router.get("/slices")
def show_slices(review: Here) -> HTMLResponse:
    """Show the random slices, how far each has come, and a form to draw one."""
    with review.database.read() as session:
        drawn = [
            (one, queues.progress(session, _slice(review, one.seed)))
            for one in desk.slices(session)
        ]
    values = {"drawn": drawn, "size": SLICE_SIZE, "largest": LONGEST_SLICE}
    return review.page("slices.html.jinja", values)


@router.post("/slices")
def draw_slice(form: Form, review: Here) -> Response:
    """Draw a slice, once, and begin with it."""
    seed = seed_of(form)
    if not seed:
        raise FormError("a slice needs a seed: any word, so that it can be told of")
    try:
        size = number_of(form.get("size"), LONGEST_SLICE) or SLICE_SIZE
    except ValueError as error:
        raise FormError(f"the size of a slice: {error}") from None
    with review.database.write() as session:
        claims, drawn_from = slices.draw(session, seed, size)
        reviewing.draw_slice(
            session,
            seed,
            claims,
            drawn_from=drawn_from,
            curator=review.curator,
            at=review.clock(),
        )
    queue = Queue(Order.SLICE.value, _slice(review, seed))
    return RedirectResponse(f"/queue?{queue.address}", 303)


@router.post("/queues")
def save_queue(form: Form, review: Here) -> Response:
    """Keep a queue under a name, or drop a kept one."""
    name = form.get("name", "").strip()[:LONGEST_NAME]
    if not name:
        raise FormError("give the queue a name")
    with review.database.write() as session:
        if form.get("action") == "drop":
            reviewing.drop_queue(session, review.curator, name)
        else:
            asked = dict(parse_qsl(form.get("address", "")))
            queue = Queue.read(asked, review.protocol)
            reviewing.save_queue(
                session, review.curator, name, queue.address, review.clock()
            )
    return RedirectResponse("/#saved", 303)


def _asked(review: Review) -> Selection:
    put_off = False if review.dual else None
    return Selection(asked=review.curator, put_off=put_off)


def _slice(review: Review, seed: str) -> Selection:
    return replace(_asked(review), order=Order.SLICE, seed=seed)
