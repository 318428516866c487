"""Whether a reference bears out what it is printed for: each use, and its label."""

from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Path
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlmodel import Session

from curation.review.errors import FormError
from curation.review.forms import Form
from curation.review.paper_pages import paper_values
from curation.review.review import Here, Review
from curation.review.subjects import decide_about, history_of
from curation.review.words import FIDELITY
from evidence.decisions import Action, SubjectKind
from evidence.errors import ConflictError, DecisionError, NotFoundError
from evidence.fidelity import Fidelity, FidelityLabel, uses
from evidence.library import ReferenceState
from evidence.protocol import Protocol
from evidence.queries.fidelity import fidelity_labels
from evidence.queries.records import held_among
from evidence.queries.references import reference_states
from evidence.review import Assertion, Reference

router = APIRouter()

AssertionId = Annotated[str, Path(max_length=200)]
Number = Annotated[int, Path(ge=1, le=99_999)]


@dataclass(frozen=True, slots=True)
class Use:
    """A reference as an assertion prints it, and what curators say of it."""

    id: str
    assertion: Assertion
    reference: Reference
    state: ReferenceState
    label: FidelityLabel | None

    @property
    def address(self) -> str:
        """Where its page is."""
        return f"/fidelity/{self.assertion.id}/{self.reference.number}"


@router.get("/fidelity")
def list_uses(review: Here) -> HTMLResponse:
    """List every use of a reference, those without a label first."""
    with review.database.read() as session:
        found = _uses(review, session)
    found.sort(key=lambda use: use.label is not None)
    return review.page("fidelity.html.jinja", {"uses": found})


@router.get("/fidelity/{assertion}/{number}")
def show_use(assertion: AssertionId, number: Number, review: Here) -> HTMLResponse:
    """Show one use with the cited abstract, its labels, and a form."""
    with review.database.read() as session:
        return _page(review, session, f"{assertion}/{number}", {})


@router.post("/fidelity/{assertion}/{number}")
def label_use(
    assertion: AssertionId, number: Number, form: Form, review: Here
) -> Response:
    """Label a use and go to the next one without a label, or take a label back."""
    use = f"{assertion}/{number}"
    try:
        with review.database.write() as session:
            summary = _summary(review.protocol, use)
            chosen = form.get("fidelity", "")
            undoing = form.get("action") == Action.UNDO.value
            if not undoing and chosen not in set(Fidelity):
                raise FormError("choose one of the labels")
            decide_about(
                review,
                session,
                SubjectKind.FIDELITY,
                use,
                form,
                action=Action.ACCEPT,
                snapshot={"fidelity": chosen, "summary": summary},
            )
            left = [u for u in _uses(review, session) if u.label is None]
    except (ConflictError, DecisionError, FormError) as error:
        status = 409 if isinstance(error, ConflictError) else 422
        with review.database.read() as session:
            return _page(review, session, use, form, str(error), status)
    if undoing:
        return RedirectResponse(f"/fidelity/{use}", 303)
    return RedirectResponse(left[0].address if left else "/fidelity", 303)


def _summary(protocol: Protocol, use: str) -> str:
    """Return what the assertion of a use says.

    Raises
    ------
    NotFoundError
        Where no assertion prints that reference.
    """
    found = dict(uses(protocol)).get(use)
    if found is None:
        raise NotFoundError(f"no assertion prints a reference as {use[:80]!r}")
    return found


def _uses(review: Review, session: Session) -> list[Use]:
    protocol = review.protocol
    states = reference_states(review.database, session)
    labels = fidelity_labels(review.database, session)
    found = []
    for use in dict(uses(protocol)):
        assertion, _, number = use.rpartition("/")
        found.append(
            Use(
                use,
                protocol.assertions[assertion],
                protocol.references[int(number)],
                states[int(number)],
                labels.get(use),
            )
        )
    return found


def _page(
    review: Review,
    session: Session,
    use: str,
    form: dict[str, str],
    problem: str | None = None,
    status: int = 200,
) -> HTMLResponse:
    _summary(review.protocol, use)
    found = {one.id: one for one in _uses(review, session)}[use]
    pmid = found.state.pmid
    held = pmid is not None and bool(held_among(session, [pmid]))
    cited: dict[str, Any] = (
        paper_values(review, session, pmid) if held and pmid is not None else {}
    )
    history = history_of(review, session, SubjectKind.FIDELITY, use)
    values = {
        "use": found,
        "cited": cited,
        "history": history,
        "told": {
            d.id: FIDELITY[Fidelity(d.snapshot["fidelity"])]
            for d in history.decisions
            if d.undoes is None
        },
        "chosen": form.get("fidelity", ""),
        "note": form.get("note", ""),
        "problem": problem,
    }
    return review.page("fidelity_use.html.jinja", values, status)
