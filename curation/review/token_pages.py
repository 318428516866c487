"""The entrance for one curator: a token that opens one browser, once."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response

from curation.review.access import Access
from curation.review.review import Here, Review


def entrance(access: Access) -> APIRouter:
    """Return the page that opens a browser to one curator."""
    router = APIRouter()

    @router.get(access.entrance)
    def enter(
        request: Request,
        review: Here,
        token: Annotated[str, Query(max_length=200)] = "",
    ) -> Response:
        """Open this browser, once; an opened one goes straight in."""
        return _enter(review, access, request, token)

    return router


def _enter(review: Review, access: Access, request: Request, token: str) -> Response:
    if access.person(request.headers) is not None:
        return RedirectResponse("/", 303)
    session = access.admit(token)
    if session is None:
        return review.message(
            403,
            "This address opens nothing any more",
            "It works once. Use the browser that it opened, or start "
            "`curation review` again for a new one.",
        )
    answer = RedirectResponse("/", 303)
    name = access.cookie_name(request.headers)
    answer.set_cookie(name, session, httponly=True, samesite="lax", path="/")
    return answer
