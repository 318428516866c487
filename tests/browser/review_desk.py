"""A review page on a port of this machine, with the shipped library's claims in it."""

import contextlib
import shutil
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import uvicorn

from curation import pipeline
from curation.extract.claims import Extractor
from curation.review.access import Access
from curation.review.app import create_app
from curation.review.serve import listen
from evidence import starter
from evidence.claims import Claim
from evidence.database import Database, create_database, open_database, sqlite_url
from evidence.decisions import CuratorRole
from evidence.library import RunKind
from evidence.protocol import Protocol
from evidence.queries.library import library
from evidence.store import runs
from evidence.store.records import save_records
from evidence.verification import verify
from tests.invented import NOON


def prepare(protocol: Protocol, path: Path) -> Path:
    """Make a database of the starter's studies, read by the extractor, undecided."""
    database = create_database(sqlite_url(path), protocol, demonstration=True)
    with database.write() as session:
        run = runs.begin(session, RunKind.LOAD, NOON, {})
        told = tuple(starter.records(protocol))
        save_records(database, session, told, run=run, at=NOON)
    pipeline.extract(database, Extractor(protocol))
    database.close()
    return path


@dataclass
class Desk:
    """A curator's browser at a running server."""

    page: Any
    address: str
    database: Database

    def open(self, path: str = "/") -> Any:
        self.page.goto(f"{self.address}{path}", wait_until="load")
        return self.page

    def claims(self) -> dict[str, Claim]:
        with self.database.read() as session:
            return dict(library(self.database, session).claims)

    def whole(self) -> bool:
        with self.database.read() as session:
            return list(verify(self.database, session)) == []

    @property
    def claim(self) -> str:
        """The claim that the page shows."""
        return str(self.page.url).partition("/claims/")[2][:13]


@contextlib.contextmanager
def served(
    database: Database, curator: str, role: CuratorRole = CuratorRole.CURATOR
) -> Iterator[tuple[str, str]]:
    """Serve the review page; yield its address and the token that opens it once."""
    with contextlib.closing(listen("127.0.0.1", 0)) as socket:
        port = socket.getsockname()[1]
        access = Access(port, curator, role)
        app = create_app(database, access=access)
        config = uvicorn.Config(app, log_level="warning", lifespan="off", ws="none")
        server = uvicorn.Server(config)
        thread = threading.Thread(
            target=server.run, kwargs={"sockets": [socket]}, daemon=True
        )
        thread.start()
        while not server.started:
            time.sleep(0.01)
        yield f"http://127.0.0.1:{port}", access.token
        server.should_exit = True
        thread.join()


@contextlib.contextmanager
def seated(
    browser: Any,
    database: Database,
    curator: str = "ann",
    role: CuratorRole = CuratorRole.CURATOR,
    **how: Any,
) -> Iterator[Desk]:
    """Seat a curator before the page, in a browser context of their own."""
    with served(database, curator, role) as (address, token):
        context = browser.new_context(**how)
        context.set_default_timeout(15_000)
        page = context.new_page()
        page.goto(f"{address}/enter?token={token}", wait_until="load")
        yield Desk(page, address, database)
        context.close()


def copied(prepared: Path, to: Path, protocol: Protocol) -> Database:
    """Return a copy of the prepared database, opened."""
    shutil.copyfile(prepared, to)
    return open_database(sqlite_url(to), protocol)
