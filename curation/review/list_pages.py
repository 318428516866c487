"""Searches, past decisions, rules and keys: the pages around the claims."""

from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from curation.review.about import subject_of, told, with_words
from curation.review.review import Here
from evidence.claims import Claim
from evidence.decisions import Action, SubjectKind
from evidence.errors import NotFoundError
from evidence.protocol import Protocol
from evidence.queries import claims as reads
from evidence.queries import lookup
from evidence.queries.sight import as_seen

router = APIRouter()

Text = Annotated[str, Query(max_length=200)]


@router.get("/search")
def search(review: Here, text: Text = "") -> Response:
    """Show claims of a PMID, an id, a treatment, a domain, or with these words."""
    wanted = text.strip()
    found: tuple[Claim, ...] = ()
    if wanted:
        with review.database.read() as session:
            slugs = slugs_like(wanted, review.protocol)
            found = lookup.search(session, wanted, slugs)
            found = as_seen(session, review.sight, found)
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
    kind: Text = "",
    before: Annotated[int | None, Query(ge=1, le=2**31 - 1)] = None,
) -> HTMLResponse:
    """Show past decisions, newest first, each with the way back to its subject."""
    if action and action not in set(Action):
        raise NotFoundError(f"there is no action {action!r} among the decisions")
    if kind and kind not in set(SubjectKind):
        raise NotFoundError(f"nothing of the kind {kind!r} is decided on")
    wanted = text.strip()
    slugs = slugs_like(wanted, review.protocol) if wanted else ()
    asked = lookup.Wanted(
        text=wanted,
        slugs=slugs,
        subjects=with_words(slugs, review.protocol),
        curator=curator.strip() or None,
        action=Action(action) if action else None,
        kind=SubjectKind(kind) if kind else None,
    )
    with review.database.read() as session:
        found, more = lookup.past_decisions(
            session, asked, before=before, sight=review.sight
        )
    values = {
        "text": wanted,
        "of_curator": curator.strip(),
        "action": action,
        "actions": tuple(Action),
        "kind": kind,
        "decisions": [
            (
                past,
                subject_of(past.decision, review.protocol),
                told(past.decision, review.protocol),
            )
            for past in found
        ],
        "more": more,
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
