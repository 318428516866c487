"""What people say of cells: written, approved by two others, objected to, stale."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlmodel import Session

from curation.review.errors import FormError
from curation.review.forms import Form
from curation.review.review import Here, Review
from curation.review.statement_form import (
    cell_sentence,
    fields_of,
    read_wording,
    values_of,
)
from curation.review.subjects import decide_about, history_of
from curation.review.words import STATEMENTS
from evidence.cells import Cell
from evidence.decisions import Action, Decision, SubjectKind
from evidence.errors import ConflictError, DecisionError, NotFoundError
from evidence.grade import Wording
from evidence.library import CellKey
from evidence.queries.library import cells
from evidence.queries.statements import (
    cell_at,
    cell_statements,
    claims_in,
    statements_on,
)
from evidence.statement_rules import cell_of, subject_of
from evidence.statements import CellStatement, StatementState, counted_in, version_of
from evidence.status import person

router = APIRouter()

KIND = SubjectKind.CELL_STATEMENT
SHOWN = 100
"""Cells without a statement that the list names."""

Slug = Annotated[str, Path(max_length=200)]
Asked = Annotated[str, Query(max_length=200)]

OPEN = (
    *(StatementState.AWAITING_APPROVAL, StatementState.OBJECTED),
    *(StatementState.STALE, StatementState.DRAFT, StatementState.APPROVED),
)
"""What the list shows, in this order; what was replaced or withdrawn is history."""


@router.get("/statements")
def list_statements(
    review: Here, treatment: Asked = "", domain: Asked = ""
) -> HTMLResponse:
    """List the statements, those first that wait for somebody; then other cells."""
    with review.database.read() as session:
        known = cell_statements(review.database, session)
        held = cells(session)
    rows = [
        (key, one) for key, found in known.items() for one in found if one.state in OPEN
    ]
    rows.sort(key=lambda row: (not asks(review, row[1]), OPEN.index(row[1].state)))
    bare = [
        cell
        for key, cell in held.items()
        if cell.has_studies
        and not any(one.state in OPEN for one in known.get(key, ()))
        and treatment in ("", cell.treatment)
        and domain in ("", cell.domain)
    ]
    bare.sort(key=lambda cell: (-len(cell.claims), *_key(cell)))
    values = {
        "rows": rows,
        "asked": sum(asks(review, one) for _, one in rows),
        "asks": lambda one: asks(review, one),
        "bare": bare[:SHOWN],
        "without": len(bare),
        "treatment": treatment,
        "domain": domain,
        "address": address_of,
    }
    return review.page("statements.html.jinja", values)


@router.get("/statements/{treatment}/{domain}/{role}")
def show_cell(treatment: Slug, domain: Slug, role: Slug, review: Here) -> HTMLResponse:
    """Show a cell's claims, what was said of it, and a form to say something."""
    key = _named(review, treatment, domain, role)
    with review.database.read() as session:
        return _page(review, session, key, {})


@router.post("/statements/{treatment}/{domain}/{role}")
def write(
    treatment: Slug, domain: Slug, role: Slug, form: Form, review: Here
) -> Response:
    """Write a wording, as a draft or for approval, or take one's last word back."""
    key = _named(review, treatment, domain, role)
    wanted = form.get("action", "")
    try:
        with review.database.write() as session:
            if wanted not in ("draft", "ready", Action.UNDO.value):
                raise FormError("save it as a draft, or ask for approval")
            snapshot: dict[str, Any] = {}
            changes: dict[str, Any] = {}
            if wanted != Action.UNDO:
                changes = read_wording(form, ready=wanted == "ready").as_dict()
                cell, claims = _seen(session, key, form)
                sentence = cell_sentence(cell, review.protocol)
                snapshot = {"claims": claims, "sentence": sentence}
            decide_about(
                review,
                session,
                KIND,
                subject_of(*key),
                form,
                action=Action.AMEND,
                snapshot=snapshot,
                changes=changes,
                grounds=False,
            )
    except (ConflictError, DecisionError, FormError) as error:
        return _refused(review, key, form, error)
    return RedirectResponse(address_of(key), 303)


@router.post("/statements/{treatment}/{domain}/{role}/answer")
def answer(
    treatment: Slug, domain: Slug, role: Slug, form: Form, review: Here
) -> Response:
    """Approve somebody else's wording, or object to it."""
    key = _named(review, treatment, domain, role)
    try:
        with review.database.write() as session:
            wanted = {"approve": Action.ACCEPT, "object": Action.FLAG}
            if form.get("action") not in wanted:
                raise FormError("approve it, or object to it")
            action = wanted[form["action"]]
            found = {one.id: one for one in statements_on(session, key)}
            one = found.get(form.get("statement", ""))
            if one is None:
                raise FormError("this cell has no such statement")
            if person(one.author) == person(review.curator):
                raise FormError("it is your own: two others have to answer it", 403)
            if action is Action.ACCEPT:
                _seen(session, key, form)
                if one.since:
                    raise FormError(
                        "its cell's claims are others since it was written; its "
                        "author has to write it anew, on what counts now"
                    )
            decide_about(
                review,
                session,
                KIND,
                subject_of(*key),
                form,
                action=action,
                snapshot={"statement": one.id},
                grounds=action is Action.FLAG,
            )
    except (ConflictError, DecisionError, FormError) as error:
        return _refused(review, key, {}, error, answered=form)
    return RedirectResponse(address_of(key), 303)


def address_of(key: CellKey) -> str:
    """Return where the page of a cell's statements is."""
    return f"/statements/{subject_of(*key)}"


def asks(review: Review, one: CellStatement) -> bool:
    """Return whether a wording waits for this person's approval."""
    answered = {person(a.curator) for a in (*one.approvals, *one.objections)}
    return (
        one.state is StatementState.AWAITING_APPROVAL
        and not one.since
        and person(review.curator) not in answered | {person(one.author)}
    )


def _key(cell: Cell) -> CellKey:
    return cell.treatment, cell.domain, cell.role


def _named(review: Review, treatment: str, domain: str, role: str) -> CellKey:
    key = cell_of(f"{treatment}/{domain}/{role}", review.protocol)
    if key is None:
        raise NotFoundError(
            f"the protocol has no cell {treatment[:60]} in {domain[:60]}, {role[:20]}"
        )
    return key


def _seen(
    session: Session, key: CellKey, form: dict[str, str]
) -> tuple[Cell, dict[str, str]]:
    """Return a cell and the claims that count in it, if the page showed the same.

    Raises
    ------
    ConflictError
        Where other claims count by now.
    FormError
        Where none does.
    """
    cell = cell_at(session, key)
    claims = counted_in(cell, claims_in(session, [cell]))
    if not claims:
        raise FormError("no claim counts in this cell: there is nothing to word yet")
    if form.get("claims", "") != version_of(claims):
        raise ConflictError(
            "meanwhile the claims that count in this cell have changed; look at them "
            "and send it again"
        )
    return cell, claims


def _refused(
    review: Review,
    key: CellKey,
    form: dict[str, str],
    error: ConflictError | DecisionError | FormError,
    answered: dict[str, str] | None = None,
) -> HTMLResponse:
    status = 409 if isinstance(error, ConflictError) else 422
    if isinstance(error, FormError):
        status = error.status
    with review.database.read() as session:
        return _page(review, session, key, form, str(error), status, answered)


def _page(
    review: Review,
    session: Session,
    key: CellKey,
    form: dict[str, str],
    problem: str | None = None,
    status: int = 200,
    answered: dict[str, str] | None = None,
) -> HTMLResponse:
    cell = cell_at(session, key)
    claims = claims_in(session, [cell])
    statements = statements_on(session, key)
    history = history_of(review, session, KIND, subject_of(*key))
    values = {
        "key": key,
        "target": address_of(key),
        "sentence": cell_sentence(cell, review.protocol),
        "claims": [claims[one] for one in cell.claims],
        "version": version_of(counted_in(cell, claims)),
        "statements": [one for one in statements if one.state in OPEN],
        "asks": lambda one: asks(review, one),
        "approved": lambda one: (
            person(review.curator) in {person(a.curator) for a in one.approvals}
        ),
        "mine": lambda one: person(one.author) == person(review.curator),
        "fields": fields_of(),
        "values": form or values_of(_beginning(review, statements)),
        "history": history,
        "told": {d.id: _told(d) for d in history.decisions},
        "answered": answered or {},
        "problem": problem,
    }
    return review.page("statement.html.jinja", values, status)


def _beginning(review: Review, statements: tuple[CellStatement, ...]) -> Wording | None:
    """Return what the form begins with: one's own wording, else the one in force."""
    shown = [one for one in statements if one.state in OPEN]
    own = [one for one in shown if person(one.author) == person(review.curator)]
    published = [one for one in shown if one.state.published]
    return next((one.wording for one in (*own, *published)), None)


def _told(decision: Decision) -> str:
    if decision.action is Action.AMEND and not decision.changes.get("ready"):
        return STATEMENTS["draft"]
    return STATEMENTS[decision.action.value]
