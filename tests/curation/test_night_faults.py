"""Every fault at every request of a first night: nothing lost, nothing made up.

A fault that stays lets the night fail, or lets it end as a night without it; the
night after it, in which the same fault befalls the same request once, ends as a night
without it.
"""

import shutil
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from curation.errors import SearchError
from curation.extract.claims import Extractor
from curation.refresh import refresh
from evidence.database import Database, create_database, open_database, sqlite_url
from evidence.protocol import Protocol
from evidence.verification import verify
from tests.curation.test_refresh import EVERYTHING, content
from tests.eutils import Fault, Server
from tests.eutils.client import FakeTime, connect
from tests.eutils.faults import SLOW

NIGHT = datetime(2026, 3, 2, 3, tzinfo=UTC)
REQUESTS = (
    "1 esearch: the references' DOIs",
    "2 ecitmatch: where they are printed",
    "3 efetch: what they may be",
    "4 esearch: newer papers",
    "5 elink: papers that cite them",
    "6 esearch: those within reach",
    "7 efetch: what is new",
)
LAST = len(REQUESTS)


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with Server(EVERYTHING) as running:
        yield running


class Nights:
    """First nights, each on an empty database of its own."""

    def __init__(
        self, server: Server, extractor: Extractor, protocol: Protocol, empty: Path
    ) -> None:
        self.server = server
        self._extractor, self._protocol, self._empty = extractor, protocol, empty

    def database(self, folder: Path) -> Database:
        shutil.copy(self._empty, folder / "evidence.sqlite")
        return open_database(sqlite_url(folder / "evidence.sqlite"), self._protocol)

    def __call__(
        self,
        database: Database,
        folder: Path,
        fault: Fault | None = None,
        at: int = 1,
        *,
        times: int | None = 1,
    ) -> str:
        """Do a night's run with a fault from its so-manieth request on."""
        self.server.recover()
        self.server.received.clear()
        if fault is not None:
            self.server.fail(fault, nth=at, times=times)
        # Only a real deadline ends the slow ones.
        slow = {"deadline": 0.2 if times else 0.08} if fault in SLOW else {}
        tries = {"tries": 1} if slow and not times else {}
        given: dict[str, Any] = {"times": FakeTime(), **slow, **tries}
        with connect(self.server, folder, **given) as client:
            try:
                refresh(database, client, self._extractor, clock=lambda: NIGHT)
            except SearchError as error:
                return str(error)
        return ""


@pytest.fixture(scope="module")
def nights(
    server: Server, migraine: Protocol, tmp_path_factory: pytest.TempPathFactory
) -> Nights:
    empty = tmp_path_factory.mktemp("empty") / "evidence.sqlite"
    create_database(sqlite_url(empty), migraine).close()
    return Nights(server, Extractor(migraine), migraine, empty)


@pytest.fixture(scope="module")
def faultless(
    nights: Nights, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, list[Any]]:
    """What a night without a fault leaves."""
    folder = tmp_path_factory.mktemp("faultless")
    database = nights.database(folder)
    assert nights(database, folder) == ""
    asked = [request.call for request in nights.server.received]
    assert asked == [request.split()[1].strip(":") for request in REQUESTS]
    kept = content(database)
    database.close()
    return kept


@pytest.fixture
def database(nights: Nights, tmp_path: Path) -> Iterator[Database]:
    opened = nights.database(tmp_path)
    yield opened
    opened.close()


def last_run(database: Database) -> tuple[str, int]:
    """Return how the last run ended, and how many searches are on record."""
    raw = sqlite3.connect(str(database.engine.url.database))
    (outcome,) = raw.execute("SELECT outcome FROM run ORDER BY id DESC").fetchone()
    (searches,) = raw.execute("SELECT count(*) FROM search").fetchone()
    raw.close()
    return outcome, searches


@pytest.mark.parametrize("request_", REQUESTS)
@pytest.mark.parametrize("fault", Fault)
def test_no_fault_at_any_request_loses_anything(
    fault: Fault,
    request_: str,
    nights: Nights,
    faultless: dict[str, list[Any]],
    database: Database,
    tmp_path: Path,
) -> None:
    at = int(request_[0])
    said = nights(database, tmp_path, fault, at, times=None)
    outcome, searches = last_run(database)
    if outcome == "complete" and fault is Fault.INCOMPLETE and at == LAST:
        # PubMed names a record and does not send it: that is kept in mind.
        assert content(database)["quarantine"] == [(601, "named and not sent")]
    elif outcome == "complete":
        assert content(database) == faultless
    else:
        assert outcome in ("failed", "partial") and said
        assert searches == 0, "the next night would start after what was lost"
        assert {*content(database)["text"]} <= {*faultless["text"]}
    assert nights(database, tmp_path, fault, at) == ""
    assert last_run(database) == ("complete", searches + 1)
    assert content(database) == faultless
    with database.read() as session:
        assert list(verify(database, session)) == []
