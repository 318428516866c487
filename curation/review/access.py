"""Who may talk to the page: one browser or a team, and only from our own pages.

For one curator, the address that `curation review` prints carries a token that opens
one browser, once; a team signs in (`curation.review.team`). After that a cookie is the
key; every change must also come from our own page (Origin) and carry its secret (CSRF),
and a name that is not ours is no address of ours (Host), so that neither a foreign page
nor a foreign name reaches the evidence.
"""

import hmac
import secrets
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from typing import ClassVar

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from evidence.decisions import CuratorRole
from evidence.errors import EvidenceError

LOOPBACK = ("127.0.0.1", "localhost", "::1")
LOOPBACK_HOSTS = frozenset({"127.0.0.1", "localhost", "[::1]"})
STATIC = "/static/"
"""What holds no evidence needs no key."""

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
    declared: bool = True
    """Whether they have said what their interests are."""


NOBODY = Person("", CuratorRole.CURATOR, "")


class Door(ABC):
    """Who comes in: the names we answer to, the cookie that is a key, the entrance."""

    team: ClassVar[bool]
    """Whether people sign in with a name and a password."""
    entrance: ClassVar[str]

    def __init__(self, port: int, names: Iterable[str] = ()) -> None:
        self.port = port
        self.names = frozenset(name.lower() for name in names)
        with_port = {f"{name}:{port}" for name in LOOPBACK_HOSTS}
        self._loopback = with_port | (LOOPBACK_HOSTS if port == 80 else set())

    @property
    def hosts(self) -> frozenset[str]:
        """The names under which the page may be asked for."""
        return self.names | self._loopback

    def is_named(self, headers: Headers) -> bool:
        """Return whether it was asked for from elsewhere, so over https alone."""
        return headers.get("host", "").lower() in self.names

    def is_own_page(self, headers: Headers) -> bool:
        """Return whether a change was asked for by a page of ours."""
        origin = headers.get("origin")
        if origin is not None:
            plain = {f"http://{host}" for host in self._loopback}
            return origin in plain | {f"https://{name}" for name in self.names}
        return headers.get("sec-fetch-site", "same-origin") == "same-origin"

    @abstractmethod
    def cookie_name(self, headers: Headers) -> str:
        """Return what the cookie is called."""

    @abstractmethod
    def person(self, headers: Headers) -> Person | None:
        """Return whom a request comes from; None where it is a stranger's."""

    @abstractmethod
    def turn_away(self, scope: Scope, refuse: Refuse) -> Response:
        """Answer a stranger."""

    def errand(self, person: Person, path: str) -> str | None:
        """Return the page to which somebody must go first, if they must."""
        del person, path
        return None

    def cookie(self, headers: Headers) -> str | None:
        """Return what the browser's cookie says."""
        cookies: SimpleCookie = SimpleCookie()
        try:
            cookies.load(headers.get("cookie", ""))
        except CookieError:
            return None
        found = cookies.get(self.cookie_name(headers))
        return found.value if found is not None else None


class Access(Door):
    """The secrets of one run for one curator; none is ever written down."""

    team = False
    entrance = "/enter"

    def __init__(
        self, port: int, curator: str, role: CuratorRole = CuratorRole.CURATOR
    ) -> None:
        super().__init__(port)
        self.token = secrets.token_urlsafe(32)
        self.csrf = secrets.token_urlsafe(32)
        self._person = Person(curator, role, self.csrf)
        self._session = secrets.token_urlsafe(32)
        self._used = False

    def admit(self, token: str) -> str | None:
        """Return the session that a token opens; None where it opens none any more."""
        if self._used or not same(token, self.token):
            return None
        self._used = True
        return self._session

    def cookie_name(self, headers: Headers) -> str:
        """Return a name of this port's own: cookies do not tell ports apart."""
        del headers
        return f"curation_review_{self.port}"

    def person(self, headers: Headers) -> Person | None:
        """Return the curator, in the browser that was admitted."""
        found = self.cookie(headers)
        known = found is not None and same(found, self._session)
        return self._person if known else None

    def turn_away(self, scope: Scope, refuse: Refuse) -> Response:
        """Tell a stranger where the key is."""
        del scope
        return refuse(
            403,
            "This browser was not admitted",
            "Open the address that `curation review` printed, in this browser. "
            "It works once; start the command again for a new one.",
        )


def same(given: str, secret: str) -> bool:
    """Compare in a time that tells nothing of the secret."""
    return hmac.compare_digest(given.encode(), secret.encode())


class Guard:
    """The gate before every page: refuses first, and sets the headers of answers."""

    def __init__(self, app: ASGIApp, access: Door, refuse: Refuse) -> None:
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
        try:
            refusal = await self._refusal(scope)
        except EvidenceError as error:
            refusal = self.refuse(503, "The database does not answer", str(error))

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(HEADERS)
                static = scope["path"].startswith(STATIC)
                # Evidence is not left in a cache; a style sheet is asked for anew,
                # so that no old one dresses a new page.
                headers["Cache-Control"] = "no-cache" if static else "no-store"
                if self.access.is_named(Headers(scope=scope)):
                    headers["Strict-Transport-Security"] = "max-age=31536000"
            await send(message)

        await (refusal or self.app)(scope, receive, with_headers)

    async def _refusal(self, scope: Scope) -> Response | None:
        headers, path = Headers(scope=scope), scope["path"]
        if headers.get("host", "").lower() not in self.access.hosts:
            return self.refuse(
                400,
                "This name is not ours",
                "Open the address that `curation review` printed, or let its "
                "administrator add this name with --host-name.",
            )
        changing = scope["method"] not in ("GET", "HEAD")
        if changing and not self.access.is_own_page(headers):
            return self.refuse(
                403,
                "Another page asked for this change",
                "Nothing was changed. Decide on the claim's own page.",
            )
        if "\0" in path or b"%00" in scope["query_string"]:
            # PostgreSQL keeps no NUL, and no text that we hold has one.
            return self.refuse(
                400,
                "This address holds a NUL character",
                "Nothing here has one; type what you look for again.",
            )
        if path == self.access.entrance or (path.startswith(STATIC) and not changing):
            return None
        person = await run_in_threadpool(self.access.person, headers)
        if person is None:
            return self.access.turn_away(scope, self.refuse)
        first = self.access.errand(person, path)
        if first is not None:
            return RedirectResponse(first, 303)
        scope.setdefault("state", {})["person"] = person
        return None
