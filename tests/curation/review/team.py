"""A team before one review page: who is signed in, each in a browser of their own."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
from argon2 import PasswordHasher

from curation.review import passwords
from curation.review.app import create_app
from curation.review.team import TeamDoor
from evidence.database import Database
from evidence.decisions import CuratorRole
from evidence.store import curators as store
from tests.curation.review.browser import PORT, Answer, Browser
from tests.invented import NOON

NAME = "review.example.org"
PASSWORD = "correct horse battery"
CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


@dataclass
class Team:
    """A server of a team, and its clock."""

    database: Database
    moment: datetime = NOON
    browsers: dict[str, Browser] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.door = TeamDoor(self.database, PORT, [NAME], self.clock)
        self.app = create_app(self.database, access=self.door, clock=self.clock)

    def clock(self) -> datetime:
        self.moment += timedelta(milliseconds=10)
        return self.moment

    def later(self, **passed: float) -> None:
        self.moment += timedelta(**passed)

    def add(self, name: str, role: CuratorRole = CuratorRole.CURATOR) -> None:
        made = passwords.hashed(PASSWORD, name)
        with self.database.write() as session:
            store.add_curator(session, name, role, made, by="console", at=self.moment)

    def sign_in(
        self, name: str, password: str = PASSWORD, browser: Browser | None = None
    ) -> Answer:
        """Sign in and follow nothing."""
        used = browser or self.browsers.setdefault(name, Browser(self.app))
        page = used.send("GET", "/sign-in")
        form = page.form("sign-in")
        typed = {"name": name, "password": password}
        return used.submit(form.action, form.values | typed)

    def enter(self, name: str, role: CuratorRole = CuratorRole.CURATOR) -> Browser:
        """Add somebody, sign them in, let them say that they have no interests."""
        self.add(name, role)
        assert self.sign_in(name).status == 303
        browser = self.browsers[name]
        form = browser.get("/").form("interests")
        browser.post(form.action, form.values | {"statement": "none"})
        return browser


@pytest.fixture
def cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a hash cost nothing: what it costs is argon2's own to test."""
    monkeypatch.setattr(passwords, "HASHER", CHEAP)


@pytest.fixture
def team(cheap: None, database: Database) -> Iterator[Team]:
    """Return a team's server on an empty database."""
    yield Team(database)
