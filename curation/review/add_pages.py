"""The page on which a curator adds a claim that the extractor missed."""

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlmodel import Session

from curation.review import adding, fields
from curation.review.deciding import note_of
from curation.review.errors import FormError
from curation.review.forms import Form
from curation.review.paper_pages import Pmid, paper_values
from curation.review.review import Here, Review
from evidence.errors import DecisionError, QuoteError
from evidence.queries import claims as reads
from evidence.records import text_sha256
from evidence.store.decisions import add_claim

router = APIRouter()


@router.get("/papers/{pmid}/add")
def show_form(pmid: Pmid, review: Here) -> HTMLResponse:
    """Show the text of a paper, and the fields of a claim that is not there yet."""
    with review.database.read() as session:
        record = reads.paper(session, pmid).record
        blank = adding.Addition(adding.empty_values(record))
        return _page(review, session, pmid, blank, {})


@router.post("/papers/{pmid}/add")
def add(pmid: Pmid, form: Form, review: Here) -> Response:
    """Add the claim, or show the form again with what is wrong."""
    _refuse_settling(review)
    problem: str | None = None
    with review.database.read() as session:
        record = reads.paper(session, pmid).record
    found = adding.read(form, record, review.protocol, review.curator)
    if found.draft is None:
        problem = "mend this first:"
    else:
        try:
            note = note_of(form)
            with review.database.write() as session:
                now = reads.paper(session, pmid).record.text(found.draft.field)
                if text_sha256(now or "") != found.draft.text_sha256:
                    raise FormError("the text was replaced meanwhile; read it again")
                claim = add_claim(
                    review.database,
                    session,
                    found.draft,
                    curator=review.curator,
                    note=note,
                    at=review.clock(),
                )
            return RedirectResponse(f"/claims/{claim}?queue=paper&pmid={pmid}", 303)
        except (FormError, DecisionError, QuoteError) as error:
            problem = str(error)
    with review.database.read() as session:
        return _page(review, session, pmid, found, form, problem)


def _refuse_settling(review: Review) -> None:
    if review.settles:
        raise FormError("who settles disputes adds no claims: a curator does", 403)


def _page(
    review: Review,
    session: Session,
    pmid: int,
    found: adding.Addition,
    form: dict[str, str],
    problem: str | None = None,
) -> HTMLResponse:
    values = paper_values(review, session, pmid) | {
        "values": found.values,
        "problems": found.problems,
        "occurrences": found.occurrences,
        "problem": problem,
        "note": form.get("note", ""),
        "choices": fields.CHOICES,
        "optional": fields.OPTIONAL,
    }
    return review.page("add.html.jinja", values, 422 if problem else 200)
