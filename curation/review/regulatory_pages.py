"""Regulatory facts: which are to be checked again, and that somebody did."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Path
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from curation.review.errors import FormError
from curation.review.forms import Form
from curation.review.review import Here, Review
from curation.review.subjects import decide_about, history_of
from evidence.decisions import Action, SubjectKind
from evidence.errors import ConflictError, DecisionError, NotFoundError
from evidence.queries.rechecking import fact_checks
from evidence.rechecking import checked_on, due_on, facts

router = APIRouter()

KIND = SubjectKind.REGULATORY_FACT
FactId = Annotated[str, Path(max_length=200)]


@router.get("/regulatory")
def list_facts(review: Here) -> HTMLResponse:
    """List the regulatory facts, those that are due first."""
    with review.database.read() as session:
        checks = fact_checks(review.database, session)
    today = review.today().date()
    rows = []
    for one, fact in facts(review.protocol).items():
        due = due_on(fact, checks.get(one))
        last = checked_on(fact, checks.get(one))
        rows.append((one, fact, last, due, due is None or due <= today))
    rows.sort(key=lambda row: (row[3] or date.min, row[0]))
    due_now = sum(row[4] for row in rows)
    return review.page("regulatory.html.jinja", {"rows": rows, "due": due_now})


@router.get("/regulatory/{fact}")
def show_fact(fact: FactId, review: Here) -> HTMLResponse:
    """Show a fact with its source, its checks, and a form."""
    return _page(review, fact, {})


@router.post("/regulatory/{fact}")
def check_fact(fact: FactId, form: Form, review: Here) -> Response:
    """Record that a fact was compared with its source, or take that back."""
    try:
        with review.database.write() as session:
            known = facts(review.protocol).get(fact)
            if known is None:
                raise NotFoundError(f"the protocol has no regulatory fact {fact[:80]}")
            decide_about(
                review,
                session,
                KIND,
                fact,
                form,
                action=Action.ACCEPT,
                snapshot=known.model_dump(mode="json", exclude_none=True),
            )
    except (ConflictError, DecisionError, FormError) as error:
        status = 409 if isinstance(error, ConflictError) else 422
        return _page(review, fact, form, str(error), status)
    undoing = form.get("action") == Action.UNDO.value
    return RedirectResponse(f"/regulatory/{fact}" if undoing else "/regulatory", 303)


def _page(
    review: Review,
    fact: str,
    form: dict[str, str],
    problem: str | None = None,
    status: int = 200,
) -> HTMLResponse:
    known = facts(review.protocol).get(fact)
    if known is None:
        raise NotFoundError(f"the protocol has no regulatory fact {fact[:80]}")
    with review.database.read() as session:
        history = history_of(review, session, KIND, fact)
        check = fact_checks(review.database, session).get(fact)
    values = {
        "id": fact,
        "fact": known,
        "last": checked_on(known, check),
        "history": history,
        "told": {d.id: "compared it with its source" for d in history.decisions},
        "note": form.get("note", ""),
        "problem": problem,
    }
    return review.page("regulatory_fact.html.jinja", values, status)
