"""A team's door: names and passwords, sessions in the database, patience with tries.

A session is a random number in a cookie; the database knows its digest alone. It ends
when nobody was heard of for a while, and in any case after a working day; signing in
always begins a new one.
"""

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import quote

from starlette.datastructures import Headers
from starlette.responses import RedirectResponse, Response
from starlette.types import Scope

from curation.clock import Clock
from curation.review import passwords
from curation.review.access import Door, Person, Refuse
from curation.review.errors import FormError
from evidence.database import Database
from evidence.queries import curators as reads
from evidence.store import curators as store

IDLE = timedelta(hours=2)
LONGEST = timedelta(hours=12)
NOTED_EVERY = timedelta(minutes=5)
"""How often a session's last sign of life is written down."""

REMEMBERED = timedelta(minutes=15)
"""How long a try that failed counts."""

MOST_OF_BOTH, MOST_FROM_ADDRESS, MOST_OF_ACCOUNT = 5, 20, 50
"""Tries of one account from one address; from one address; of one account.

The last is far higher, so that a stranger who tries a name does not lock its owner out.
"""

LONGEST_TYPED = 200

INTERESTS = "/interests"
SIGN_OUT = "/sign-out"


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A new session, and its curator."""

    session: str
    curator: str


class TeamDoor(Door):
    """Curators sign in with a name and a password."""

    team = True
    entrance = "/sign-in"

    def __init__(
        self, database: Database, port: int, names: Iterable[str], clock: Clock
    ) -> None:
        super().__init__(port, names)
        self._database = database
        self._clock = clock

    def cookie_name(self, headers: Headers) -> str:
        """Return a name that browsers send over https alone, but on this machine."""
        if self.is_named(headers):
            return "__Host-curation_review"
        return f"curation_review_{self.port}"

    def person(self, headers: Headers) -> Person | None:
        """Return the curator whose session a cookie opens."""
        session = self.cookie(headers)
        if session is None:
            return None
        now, sha256 = self._clock(), _sha256(session)
        with self._database.read() as read:
            found = reads.login(read, sha256)
        if found is None:
            return None
        if now - found.opened_at > LONGEST or now - found.seen_at > IDLE:
            return None
        if now - found.seen_at > NOTED_EVERY:
            with self._database.write() as write:
                store.seen(write, sha256, now)
        curator = found.curator
        return Person(
            curator.name,
            curator.role,
            csrf=_sha256(f"csrf:{session}"),
            declared=curator.declared_at is not None,
        )

    def errand(self, person: Person, path: str) -> str | None:
        """Ask for a statement of interests before anything else."""
        if person.declared or path in (INTERESTS, SIGN_OUT):
            return None
        return INTERESTS

    def turn_away(self, scope: Scope, refuse: Refuse) -> Response:
        """Let a stranger sign in, and come back to where they wanted to go."""
        if scope["method"] not in ("GET", "HEAD"):
            return refuse(
                403,
                "You are not signed in",
                "Nothing was saved. Sign in again in another tab, then go back: your "
                "browser keeps what you typed.",
            )
        wanted = scope["path"]
        if scope["query_string"]:
            wanted += "?" + scope["query_string"].decode("latin-1")
        to = "" if wanted == "/" else f"?next={quote(wanted, safe='')}"
        return RedirectResponse(self.entrance + to, 303)

    def sign_in(
        self, name: str, password: str, address: str, headers: Headers
    ) -> SignedIn:
        """Open a new session.

        Raises
        ------
        FormError
            Where name and password do not belong together (401), or there were too
            many tries (429).
        """
        account = " ".join(name.split()).casefold()[:LONGEST_TYPED]
        self._count(account, address)
        with self._database.read() as read:
            found = reads.password_of(read, account)
        if not passwords.matches(found[1] if found else None, password) or not found:
            raise FormError("name and password do not belong together", 401)
        session, now = secrets.token_urlsafe(32), self._clock()
        before = self.cookie(headers)
        with self._database.write() as write:
            if passwords.is_outdated(found[1]):
                new = passwords.hashed(password, found[0])
                store.renew_hash(write, found[0], new)
            if before is not None:
                store.sign_out(write, _sha256(before), at=now)
            store.forget_logins(write, opened=now - LONGEST, seen=now - IDLE)
            store.sign_in(write, found[0], _sha256(session), address=address, at=now)
        return SignedIn(session, found[0])

    def sign_out(self, headers: Headers) -> None:
        """End a browser's session, in the database too."""
        session = self.cookie(headers)
        if session is not None:
            with self._database.write() as write:
                store.sign_out(write, _sha256(session), at=self._clock())

    def _count(self, account: str, address: str) -> None:
        """Count a try before it is looked at, or refuse it."""
        now = self._clock()
        with self._database.write() as write:
            store.forget_tries(write, before=now - REMEMBERED)
            tries = reads.tries(write, account, address)
            refused = (
                tries.of_both >= MOST_OF_BOTH
                or tries.from_address >= MOST_FROM_ADDRESS
                or tries.of_account >= MOST_OF_ACCOUNT
            )
            if not refused:
                store.note_try(write, account, address, at=now)
                if tries.of_both + 1 == MOST_OF_BOTH:
                    store.note_throttled(write, account, address, now)
        if refused:
            minutes = REMEMBERED // timedelta(minutes=1)
            raise FormError(f"too many tries; wait {minutes} minutes", 429)


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
