"""A team's own pages: signing in and out, statements of interests, the audit trail."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from curation.review import passwords
from curation.review.errors import FormError
from curation.review.forms import Form, Unsigned
from curation.review.review import Here, Review
from curation.review.team import INTERESTS, SIGN_OUT, TeamDoor
from evidence.curators import CuratorError, checked_statement
from evidence.decisions import CuratorRole
from evidence.errors import EvidenceError
from evidence.queries import curators as reads
from evidence.store import curators as store

Text = Annotated[str, Query(max_length=2_000)]


def pages(door: TeamDoor) -> APIRouter:
    """Return the pages of a team whose people come in by a door."""
    router = APIRouter()

    @router.get(door.entrance)
    def show_sign_in(request: Request, review: Here, next: Text = "") -> Response:
        """Ask for name and password; whoever is signed in goes straight on."""
        if door.person(request.headers) is not None:
            return RedirectResponse(_within(next), 303)
        if _in_the_clear(door, request):
            return _refuse_clear(review)
        return review.page("sign_in.html.jinja", {"name": "", "next": _within(next)})

    @router.post(door.entrance)
    def sign_in(request: Request, review: Here, form: Unsigned) -> Response:
        """Begin a new session, or say that it is none."""
        if _in_the_clear(door, request):
            return _refuse_clear(review)
        name, after = form.get("name", ""), _within(form.get("next", ""))
        address = request.client.host if request.client else "unknown"
        password = form.get("password", "")
        try:
            made = door.sign_in(name, password, address, request.headers)
        except FormError as error:
            values = {"name": name, "next": after, "problem": str(error)}
            answer = review.page("sign_in.html.jinja", values, error.status)
            if error.status == 429:
                answer.headers["Retry-After"] = "900"
            return answer
        gone = RedirectResponse(after, 303)
        gone.set_cookie(
            door.cookie_name(request.headers),
            made.session,
            httponly=True,
            samesite="lax",
            secure=door.is_named(request.headers),
            path="/",
        )
        return gone

    @router.post(SIGN_OUT)
    def sign_out(request: Request, review: Here, form: Form) -> Response:
        """End the session."""
        del review, form
        door.sign_out(request.headers)
        answer = RedirectResponse(door.entrance, 303)
        answer.delete_cookie(
            door.cookie_name(request.headers),
            httponly=True,
            samesite="lax",
            secure=door.is_named(request.headers),
        )
        return answer

    router.include_router(signed_in)
    return router


signed_in = APIRouter()


@signed_in.get(INTERESTS)
def show_interests(review: Here) -> HTMLResponse:
    """Ask for a statement of interests, or show the one that was given."""
    return _interests(review, None)


@signed_in.post(INTERESTS)
def declare(form: Form, review: Here) -> Response:
    """Store a statement of interests."""
    try:
        statement = checked_statement(form.get("statement", ""))
    except CuratorError as error:
        return _interests(review, error, form.get("statement", ""))
    with review.database.write() as session:
        store.declare(session, review.curator, statement, at=review.clock())
    return RedirectResponse("/curators", 303)


@signed_in.get("/curators")
def show_curators(review: Here) -> HTMLResponse:
    """Show who decides here, in which role, and with which interests."""
    with review.database.read() as session:
        values = {"curators": reads.curators(session)}
    return review.page("curators.html.jinja", values)


@signed_in.get("/account")
def show_account(review: Here) -> HTMLResponse:
    """Show what a curator can change of their own."""
    return review.page("account.html.jinja", {})


@signed_in.post("/account")
def change_password(form: Form, review: Here) -> Response:
    """Take another password; every browser of the curator has to sign in again."""
    try:
        new = form.get("new", "")
        if new != form.get("again", ""):
            raise CuratorError("the new password and its repetition differ")
        with review.database.read() as session:
            found = reads.password_of(session, review.curator.casefold())
        if found is None or not passwords.matches(found[1], form.get("password", "")):
            raise CuratorError("the present password is another one")
        made = passwords.hashed(new, review.curator)
    except CuratorError as error:
        return review.page("account.html.jinja", {"problem": str(error)}, 422)
    with review.database.write() as session:
        who, at = review.curator, review.clock()
        store.set_password(session, who, made, by=who, at=at)
    return RedirectResponse("/", 303)


@signed_in.get("/audit")
def show_audit(
    review: Here, before: Annotated[int | None, Query(ge=1, le=2**31 - 1)] = None
) -> HTMLResponse:
    """Show the audit trail, newest first, to an administrator."""
    review.require(CuratorRole.ADMINISTRATOR)
    with review.database.read() as session:
        lines = reads.audit_lines(session, before)
    more = lines[-1].sequence if len(lines) == reads.SHOWN else None
    return review.page("audit.html.jinja", {"lines": lines, "more": more})


def _interests(
    review: Review, problem: EvidenceError | None, typed: str | None = None
) -> HTMLResponse:
    with review.database.read() as session:
        known = {one.name: one for one in reads.curators(session)}
    curator = known[review.curator]
    values = {
        "statement": typed if typed is not None else curator.interests or "",
        "declared_at": curator.declared_at,
        "problem": str(problem) if problem else None,
    }
    return review.page("interests.html.jinja", values, 422 if problem else 200)


def _within(wanted: str) -> str:
    """Return where to go after signing in: never to another server."""
    inside = wanted.startswith("/") and not wanted.startswith(("//", "/\\"))
    return wanted if inside and wanted.isprintable() else "/"


def _in_the_clear(door: TeamDoor, request: Request) -> bool:
    return door.is_named(request.headers) and request.url.scheme != "https"


def _refuse_clear(review: Review) -> HTMLResponse:
    return review.message(
        403,
        "This connection is not encrypted",
        "Open the address with https. Where a reverse proxy stands before this server, "
        "its administrator lets it send X-Forwarded-Proto.",
    )
