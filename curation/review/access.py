"""Who may talk to the page: this machine, this browser, this page itself.

The address that `curation review` prints carries a token that opens one browser,
once. After that a cookie is the key; every change must also come from our own page
(Origin) and carry its secret (CSRF), and a name that is not ours is no address of
ours (Host), so that neither a foreign page nor a foreign name reaches the evidence.
"""

import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from evidence.decisions import CuratorRole

LOOPBACK = ("127.0.0.1", "localhost", "::1")
ENTRANCE = "/enter"
OPEN = (ENTRANCE, "/static/")
"""Addresses that need no session: the entrance, and what holds no evidence."""

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self'; "
        "object-src 'none'; base-uri 'none'; form-action 'self'; "
        "frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # "no-referrer" would make browsers send Origin: null with our own forms.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}

Refuse = Callable[[int, str, str], Response]
"""Makes a page of a status, a title and what to do."""


@dataclass(frozen=True, slots=True)
class Person:
    """Whom a request comes from: whose name and role its decisions carry."""

    name: str
    role: CuratorRole
    csrf: str
    """The secret that their forms carry; empty where they may send none."""


NOBODY = Person("", CuratorRole.CURATOR, "")


class Access:
    """The secrets of one run of the server; none is ever written down."""

    def __init__(
        self, port: int, curator: str, role: CuratorRole = CuratorRole.CURATOR
    ) -> None:
        self.port = port
        self.token = secrets.token_urlsafe(32)
        self.csrf = secrets.token_urlsafe(32)
        self._person = Person(curator, role, self.csrf)
        self.cookie = f"curation_review_{port}"
        self._session = secrets.token_urlsafe(32)
        self._used = False

    @property
    def hosts(self) -> frozenset[str]:
        """The names under which the page may be asked for."""
        names = ("127.0.0.1", "localhost", "[::1]")
        with_port = {f"{name}:{self.port}" for name in names}
        return frozenset(with_port | (set(names) if self.port == 80 else set()))

    def admit(self, token: str) -> str | None:
        """Return the session that a token opens; None where it opens none any more."""
        if self._used or not same(token, self.token):
            return None
        self._used = True
        return self._session

    def person(self, headers: Headers) -> Person | None:
        """Return whom a request comes from; None where it is a stranger's."""
        return self._person if self.knows(headers) else None

    def knows(self, headers: Headers) -> bool:
        """Return whether the browser was admitted before."""
        cookies: SimpleCookie = SimpleCookie()
        try:
            cookies.load(headers.get("cookie", ""))
        except CookieError:
            return False
        found = cookies.get(self.cookie)
        return found is not None and same(found.value, self._session)

    def is_own_page(self, headers: Headers) -> bool:
        """Return whether a change was asked for by a page of ours."""
        origin = headers.get("origin")
        if origin is not None:
            return origin in {f"http://{host}" for host in self.hosts}
        return headers.get("sec-fetch-site", "same-origin") == "same-origin"


def same(given: str, secret: str) -> bool:
    """Compare in a time that tells nothing of the secret."""
    return hmac.compare_digest(given.encode(), secret.encode())


class Guard:
    """The gate before every page: refuses first, and sets the headers of answers."""

    def __init__(self, app: ASGIApp, access: Access, refuse: Refuse) -> None:
        self.app = app
        self.access = access
        self.refuse = refuse

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, or answer it with a refusal."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        if scope["type"] != "http":
            # There is no web socket here; a foreign page could open one.
            await send({"type": "websocket.close", "code": 1008})
            return
        refusal = self._refusal(scope)

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(HEADERS)
                static = scope["path"].startswith("/static/")
                # Evidence is not left in a cache; a style sheet is asked for anew,
                # so that no old one dresses a new page.
                headers["Cache-Control"] = "no-cache" if static else "no-store"
            await send(message)

        await (refusal or self.app)(scope, receive, with_headers)

    def _refusal(self, scope: Scope) -> Response | None:
        headers, path = Headers(scope=scope), scope["path"]
        if headers.get("host", "").lower() not in self.access.hosts:
            return self.refuse(
                400,
                "This name is not ours",
                "Open the address that `curation review` printed.",
            )
        changing = scope["method"] not in ("GET", "HEAD")
        if path.startswith(OPEN) and not changing:
            return None
        person = self.access.person(headers)
        if person is None:
            return self.refuse(
                403,
                "This browser was not admitted",
                "Open the address that `curation review` printed, in this browser. "
                "It works once; start the command again for a new one.",
            )
        if changing and not self.access.is_own_page(headers):
            return self.refuse(
                403,
                "Another page asked for this change",
                "Nothing was changed. Decide on the claim's own page.",
            )
        scope.setdefault("state", {})["person"] = person
        return None
