"""Reports and their studies: what is proposed, what a curator confirms or corrects."""

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlmodel import Session

from curation.review.errors import FormError
from curation.review.forms import Form
from curation.review.paper_pages import Pmid
from curation.review.review import Here, Review
from curation.review.subjects import decide_about, history_of
from evidence.claims import STUDY_OF_RECORD, registry_ids
from evidence.decisions import Action, SubjectKind
from evidence.errors import ConflictError, DecisionError, NotFoundError
from evidence.linking import is_study
from evidence.queries import claims as reads
from evidence.queries.studies import proposed_links, reports_of

router = APIRouter()

SHOWN = 100


@router.get("/studies")
def list_proposals(review: Here) -> HTMLResponse:
    """List reports whose study was read from their text and is not confirmed."""
    with review.database.read() as session:
        found, waiting = proposed_links(session, SHOWN)
    values = {"reports": found, "waiting": waiting}
    return review.page("studies.html.jinja", values)


@router.get("/papers/{pmid}/study")
def show_study(pmid: Pmid, review: Here) -> HTMLResponse:
    """Show which study a paper reports, who says so, and a form."""
    with review.database.read() as session:
        return _page(review, session, pmid, {})


@router.post("/papers/{pmid}/study")
def link(pmid: Pmid, form: Form, review: Here) -> Response:
    """Link a paper to a study, or to none but its own, or take a link back."""
    try:
        with review.database.write() as session:
            undoing = form.get("action") == Action.UNDO.value
            study = "" if undoing else _study(session, pmid, form)
            decide_about(
                review,
                session,
                SubjectKind.STUDY_LINK,
                str(pmid),
                form,
                action=Action.ACCEPT,
                snapshot={"pmid": pmid, "study": study},
            )
    except (ConflictError, DecisionError, FormError, NotFoundError) as error:
        with review.database.read() as session:
            status = 409 if isinstance(error, ConflictError) else 422
            return _page(review, session, pmid, form, str(error), status)
    return RedirectResponse(f"/papers/{pmid}/study", 303)


def _study(session: Session, pmid: int, form: dict[str, str]) -> str:
    """Return the study that a form links a paper to.

    Raises
    ------
    FormError
        Where it names none.
    NotFoundError
        Where the paper whose study it shall share is not stored.
    """
    chosen = form.get("study", "")
    if chosen == "other":
        typed = form.get("other", "").strip()
        if typed.isascii() and typed.isdigit() and len(typed) < 10 and int(typed):
            return reads.paper(session, int(typed)).study
        chosen = typed
    elif chosen == "own":
        return f"{STUDY_OF_RECORD}{pmid}"
    if not is_study(chosen):
        raise FormError(
            "choose a study, or type a trial's registration number or the PMID of a "
            "paper that reports the same one"
        )
    return chosen


def _page(
    review: Review,
    session: Session,
    pmid: int,
    form: dict[str, str],
    problem: str | None = None,
    status: int = 200,
) -> HTMLResponse:
    paper = reads.paper(session, pmid)
    record = paper.record
    printed = registry_ids(f"{record.title or ''}\n{record.abstract or ''}")
    own = f"{STUDY_OF_RECORD}{pmid}"
    history = history_of(review, session, SubjectKind.STUDY_LINK, str(pmid))
    values = {
        "pmid": pmid,
        "paper": paper,
        "own": own,
        "numbers": [
            (number, number in record.registry_ids)
            for number in dict.fromkeys((*record.registry_ids, *printed))
            if is_study(number)
        ],
        "others": [
            one for one in reports_of(session, paper.study, SHOWN) if one.pmid != pmid
        ],
        "history": history,
        "told": {
            d.id: "reports no registered trial and no other paper's study"
            if d.snapshot["study"] == own
            else f"reports {d.snapshot['study']}"
            for d in history.decisions
            if d.undoes is None
        },
        "chosen": form.get("study", ""),
        "other": form.get("other", ""),
        "note": form.get("note", ""),
        "problem": problem,
    }
    return review.page("study.html.jinja", values, status)
