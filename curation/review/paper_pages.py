"""A paper with all its claims: read to its end, and the rest of it accepted at once."""

import hashlib
from typing import Annotated, Any

from fastapi import APIRouter, Path
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlmodel import Session

from curation.review import marks
from curation.review.claim_view import is_closed, seen_of, shown_of
from curation.review.deciding import decide_on, refuse_verdict
from curation.review.errors import FormError
from curation.review.forms import Form
from curation.review.review import Here, Review
from evidence.blinding import visible
from evidence.claims import Claim
from evidence.decisions import Action, Decision, Status, SubjectKind
from evidence.queries import claims as reads
from evidence.queries import desk
from evidence.queries.sight import as_seen
from evidence.status import person
from evidence.store.decisions import append_decisions

router = APIRouter()

UNDISPUTED = (Status.PROPOSED, Status.AWAITING_SECOND)
"""What is accepted with one press; flagged or doubted claims are looked at singly."""

Pmid = Annotated[int, Path(ge=1, le=999_999_999)]


@router.get("/papers/{pmid}")
def show_paper(pmid: Pmid, review: Here) -> HTMLResponse:
    """Show a paper's text, its claims, and who read it to its end."""
    with review.database.read() as session:
        values = paper_values(review, session, pmid)
    return review.page("paper.html.jinja", values)


@router.post("/papers/{pmid}/read")
def mark_read(pmid: Pmid, form: Form, review: Here) -> Response:
    """Mark a paper as fully read: no claim is missing; or take the mark back."""
    with review.database.write() as session:
        paper = reads.paper(session, pmid)
        own = desk.reading_of(desk.readers(session, [pmid])[pmid], review.curator)
        undoing = form.get("action") == Action.UNDO.value
        if (own is not None) is undoing:
            now = review.clock()
            mark = Decision(
                subject_kind=SubjectKind.PAPER,
                subject_id=str(pmid),
                action=Action.UNDO if undoing else Action.ACCEPT,
                curator=review.curator,
                role=review.role,
                at=max(now, own.at) if own else now,
                snapshot={} if undoing else {"texts": paper.texts()},
                undoes=own.id if own and undoing else None,
            )
            append_decisions(review.database, session, [mark], at=mark.at)
    return RedirectResponse(f"/papers/{pmid}", 303)


@router.get("/papers/{pmid}/accept")
def confirm(pmid: Pmid, review: Here) -> HTMLResponse:
    """Show which claims would be accepted, before any is."""
    with review.database.read() as session:
        return _confirmation(review, session, pmid)


@router.post("/papers/{pmid}/accept")
def accept_rest(pmid: Pmid, form: Form, review: Here) -> Response:
    """Accept all that is left of a paper; one undo takes all of it back."""
    with review.database.write() as session:
        remaining = rest(review, session, pmid)
        shown = mark_of(review, session, remaining)
        fresh = bool(remaining) and form.get("shown") == shown
        if fresh:
            for claim in remaining:
                refuse_verdict(review, session, claim, Action.ACCEPT)
                decide_on(review, session, claim, Action.ACCEPT, batch=shown)
    if not fresh:
        with review.database.read() as session:
            return _confirmation(review, session, pmid, changed=True)
    return RedirectResponse(f"/papers/{pmid}", 303)


def rest(review: Review, session: Session, pmid: int) -> list[Claim]:
    """Return the claims of a paper on which this person still has to decide."""
    if review.settles:
        raise FormError("who settles disputes accepts no claims: a curator does", 403)
    found = as_seen(session, review.sight, reads.claims_of_paper(session, pmid))
    return [
        claim
        for claim in found
        if claim.status in UNDISPUTED
        and not _is_mine(claim, review.curator)
        and not is_closed(session, claim.id)
    ]


def mark_of(review: Review, session: Session, claims: list[Claim]) -> str:
    """Return the digest of claims and decisions as they are shown for confirming."""
    parts = [review.curator]
    for claim in claims:
        seen = visible(reads.decisions_of(session, claim.id), review.sight)
        parts += [claim.id, shown_of(claim.draft), seen_of(seen)]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32]


def paper_values(review: Review, session: Session, pmid: int) -> dict[str, Any]:
    """Return what every page of a paper shows.

    Raises
    ------
    NotFoundError
        Where the record is not stored.
    """
    paper = reads.paper(session, pmid)
    claims = as_seen(session, review.sight, reads.claims_of_paper(session, pmid))
    marked = desk.readers(session, [pmid])[pmid]
    own = desk.reading_of(marked, review.curator)
    texts = paper.texts()
    return {
        "paper": paper,
        "sections": marks.plain_sections(paper.record),
        "claims": claims,
        "remaining": [] if review.settles else rest(review, session, pmid),
        "readings": [
            (mark, dict(mark.snapshot).get("texts") == texts) for mark in marked
        ],
        "own_reading": own,
        "pmid": pmid,
    }


def _confirmation(
    review: Review, session: Session, pmid: int, *, changed: bool = False
) -> HTMLResponse:
    remaining = rest(review, session, pmid)
    values = paper_values(review, session, pmid) | {
        "shown": mark_of(review, session, remaining),
        "changed": changed,
    }
    return review.page("accept.html.jinja", values, 409 if changed else 200)


def _is_mine(claim: Claim, curator: str) -> bool:
    """Return whether a person added a claim, or is the first of two on it."""
    if claim.draft.added_by is not None:
        return person(claim.draft.added_by) == person(curator)
    awaits = claim.status is Status.AWAITING_SECOND
    return awaits and person(curator) in map(person, claim.curators)
