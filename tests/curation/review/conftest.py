"""A review of a few invented claims, and a browser that was admitted to it."""

import itertools
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from curation.review.access import Access
from curation.review.app import create_app
from evidence.claims import Claim
from evidence.database import Database, create_database, open_database
from evidence.decisions import Action, CuratorRole, Decision
from evidence.engines import connect
from evidence.library import RunKind
from evidence.protocol import Protocol
from evidence.queries import claims as reads
from evidence.queries.library import library
from evidence.records import Record
from evidence.store import runs
from evidence.store.claims import save_drafts
from evidence.store.decisions import append_decisions
from evidence.store.records import save_records
from evidence.types import Draft, Role
from evidence.verification import verify
from tests.curation.review.browser import PORT, Answer, Browser
from tests.invented import NOON, decision, draft, record

ALERTNESS = "Alertness did not differ between the arms."


@dataclass
class Desk:
    """A database, its review page, and who sits before it."""

    database: Database
    run: int
    curator: str = "alice"
    seconds: Any = field(default_factory=lambda: itertools.count(60))
    admitted: bool = True
    role: CuratorRole = CuratorRole.CURATOR

    def __post_init__(self) -> None:
        self.access = Access(PORT, self.curator, self.role)
        self.app = create_app(self.database, access=self.access, clock=self.clock)
        self.browser = Browser(self.app)
        if self.admitted:
            self.browser.get(f"/enter?token={self.access.token}")

    def clock(self) -> datetime:
        return NOON + timedelta(seconds=next(self.seconds))

    def reopened(self, *, admitted: bool = True) -> "Desk":
        """Return another run of the server on the same database."""
        return Desk(
            self.database, self.run, self.curator, self.seconds, admitted, self.role
        )

    def store(self, of: Record, drafts: Sequence[Draft]) -> None:
        with self.database.write() as session:
            save_records(self.database, session, [of], run=self.run, at=NOON)
        with self.database.write() as session:
            save_drafts(
                self.database,
                session,
                [(of, drafts)],
                extractor="1+test",
                run=self.run,
            )

    def claims(self) -> dict[str, Claim]:
        with self.database.read() as session:
            return dict(library(self.database, session).claims)

    def claim(self, **wanted: Any) -> Claim:
        """Return the one claim with these fields."""
        found = [
            c
            for c in self.claims().values()
            if all(getattr(c.draft, k) == v for k, v in wanted.items())
        ]
        assert len(found) == 1, found
        return found[0]

    def decide(
        self, claim: str, action: Action, curator: str = "bob", **given: Any
    ) -> Decision:
        """Decide past the page, as another curator's page would."""
        seen = given.pop("snapshot", None) or self.claims()[claim].draft.as_dict()
        made = decision(claim, action, curator=curator, snapshot=seen, **given)
        with self.database.write() as session:
            append_decisions(self.database, session, [made], at=made.at)
        return made

    def ledger(self, claim: str) -> list[Decision]:
        with self.database.read() as session:
            return reads.decisions_of(session, claim)

    def whole(self) -> bool:
        """Return whether every promise holds."""
        with self.database.read() as session:
            return list(verify(self.database, session)) == []

    def page(self, claim: str, queue: str = "due") -> Answer:
        return self.browser.get(f"/claims/{claim}?queue={queue}")

    def press(self, page: Answer, action: str, **typed: str) -> Answer:
        """Press a button of the decision bar, with fields filled in."""
        form = page.form("decision")
        return self.browser.post(form.action, form.values | {"action": action} | typed)

    def step(self, page: Answer, name: str) -> Answer:
        """Press undo or redo."""
        form = page.form(name)
        return self.browser.post(form.action, form.values)


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory, migraine: Protocol) -> Path:
    """Return a database with one paper and two claims, made once and copied."""
    path = tmp_path_factory.mktemp("review") / "evidence.sqlite"
    database = create_database(f"sqlite:///{path}", migraine)
    with database.write() as session:
        run = runs.begin(session, RunKind.LOAD, NOON, {})
    Desk(database, run, admitted=False).store(record(), two_claims())
    database.close()
    return path


@pytest.fixture
def desk(
    url: str, prepared: Path, tmp_path: Path, migraine: Protocol
) -> Iterator[Desk]:
    """Return the review of one paper with two claims."""
    if url.startswith("sqlite"):
        path = tmp_path / "evidence.sqlite"
        shutil.copyfile(prepared, path)
        engine = connect(f"sqlite:///{path}")
        # No test of this folder pulls the plug: it need not wait for the disk.
        quick = "PRAGMA synchronous = OFF"
        event.listen(engine, "connect", lambda c, _: c.execute(quick))
        database = Database(engine, migraine)
    else:
        database = open_database(url, migraine)
        with database.write() as session:
            run = runs.begin(session, RunKind.LOAD, NOON, {})
        Desk(database, run, admitted=False).store(record(), two_claims())
    yield Desk(database, run=1)
    database.close()


@pytest.fixture
def elsewhere(tmp_path: Path, migraine: Protocol) -> Iterator[Database]:
    """Return an empty database beside the desk's, with a run to store things under."""
    database = create_database(f"sqlite:///{tmp_path / 'elsewhere.sqlite'}", migraine)
    with database.write() as session:
        runs.begin(session, RunKind.LOAD, NOON, {})
    yield database
    database.close()


@pytest.fixture
def claim(desk: Desk) -> str:
    """Return the id of the claim that most tests decide on."""
    return desk.claim(domain="photophobia").id


def two_claims(of: Record | None = None, **changes: Any) -> list[Draft]:
    source = of or record()
    return [
        draft(source, **changes),
        draft(
            source,
            ALERTNESS,
            domain="vigilance",
            outcome="Alertness",
            measure="alertness",
            direction="no_clear_difference",
            role=Role.OUTCOME,
            p=None,
            n=None,
            confidence=0.5,
        ),
    ]
