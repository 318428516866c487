"""Where two curators differ: the list, field by field, and the third who settles it."""

from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse, Response

from curation.review.claim_pages import ClaimId, claim_page
from curation.review.conflict import conflict_page
from curation.review.deciding import as_seen, decide_on, note_of, onward, reason_of
from curation.review.errors import FormError
from curation.review.forms import Form
from curation.review.review import Here, InQueue
from evidence.decisions import Action, Reason
from evidence.errors import ConflictError, DecisionError, QuoteError
from evidence.queries import sight
from evidence.status import person

router = APIRouter()

SHOWN = 50
QUOTE = ("quote", "start", "end", "section")
"""A quote is taken from one side whole."""


@dataclass(frozen=True, slots=True)
class Ruling:
    """What an adjudicator decides: the fields as they stand then, or a rejection."""

    snapshot: dict[str, Any]
    changes: dict[str, Any]
    reason: Reason | None = None


@router.get("/disputes")
def list_disputes(
    review: Here,
    pmid: Annotated[int, Query(ge=0, le=999_999_999)] = 0,
    claim: Annotated[str, Query(max_length=13)] = "",
) -> HTMLResponse:
    """List the claims on which two curators differ, and in which fields."""
    with review.database.read() as session:
        found = sight.disputes(session, after=(pmid, claim), limit=SHOWN)
    more = found[-1].claim if len(found) == SHOWN else None
    return review.page("disputes.html.jinja", {"disputes": found, "more": more})


@router.post("/claims/{claim_id}/adjudicate")
def adjudicate(claim_id: ClaimId, form: Form, review: Here, queue: InQueue) -> Response:
    """Settle a dispute as a third person, with both words and notes in view."""
    fields = form | {"action": Action.ADJUDICATE.value}
    try:
        if not review.settles:
            raise FormError("an adjudicator settles what two curators differ on", 403)
        with review.database.write() as session:
            claim = as_seen(review, session, claim_id, form)
            found = sight.dispute(session, claim_id)
            if found is None:
                raise ConflictError(f"claim {claim_id}: nobody differs on it any more")
            if person(review.curator) in {person(d.curator) for d in found.sides}:
                raise FormError("you took a side here: somebody else settles it", 403)
            ruling = ruling_of(found, form)
            given = {
                "snapshot": ruling.snapshot,
                "changes": ruling.changes,
                "reason": ruling.reason,
                "note": note_of(form),
            }
            decide_on(review, session, claim, Action.ADJUDICATE, **given)
    except ConflictError as error:
        return conflict_page(review, claim_id, queue, fields, str(error))
    except (FormError, DecisionError, QuoteError) as error:
        with review.database.read() as session:
            return claim_page(review, session, claim_id, queue, form, error)
    return onward(queue, form)


def ruling_of(found: sight.Dispute, form: dict[str, str]) -> Ruling:
    """Return what the bar's form says: one side, fields of both, or a rejection.

    Raises
    ------
    FormError
        Where nothing of that was chosen.
    """
    seen = found.claim.draft.as_dict()
    chosen = form.get("settle", "") or ("reject" if form.get("reason") else "")
    if chosen in ("first", "second"):
        side = ("first", "second").index(chosen)
        draft = found.drafts[side]
        if draft is None:
            return Ruling(seen, {}, found.sides[side].reason)
        return Ruling(draft.as_dict(), {})
    if chosen == "fields" and found.differing:
        # The side whose quote was taken is what the rest is changed in: so the quote
        # stands in the text that its curator read.
        own = "second" if form.get("pick_quote") == "second" else "first"
        first, second = (draft.as_dict() for draft in found.drafts if draft is not None)
        base, other = (second, first) if own == "second" else (first, second)
        changes = {
            name: other[name]
            for name, _, _ in found.differing
            if name not in QUOTE and form.get(f"pick_{name}", "first") != own
        }
        return Ruling(base, changes)
    if chosen == "reject":
        return Ruling(seen, {}, reason_of(form))
    raise FormError("choose one of the ways to settle it")
