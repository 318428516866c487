"""Every fault at every request of a first night: nothing lost, nothing made up.

A fault that stays lets the night fail, or lets it end as a night without it; the
night after it, in which the same fault befalls the same request once, ends as a night
without it.
"""

import json
import logging
import shutil
import sqlite3
import traceback
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from curation.backups import backup
from curation.errors import AlreadyRunningError, SearchError
from curation.extract.claims import Extractor
from curation.refresh import refresh
from evidence.database import Database, create_database, open_database, sqlite_url
from evidence.protocol import Protocol
from evidence.verification import verify
from tests.eutils import Fault, Server
from tests.eutils.client import CANARY, FakeTime, connect
from tests.eutils.faults import SLOW
from tests.literature import EVERYTHING, content

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
        self.extractor, self._protocol, self._empty = extractor, protocol, empty

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
                refresh(database, client, self.extractor, clock=lambda: NIGHT)
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


def test_a_key_is_in_no_byte_that_nights_with_faults_leave(
    nights: Nights,
    database: Database,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Bodies of faults echo the key: log, errors, reports, database, backup."""
    caplog.set_level(logging.DEBUG)
    server, said = nights.server, list[str]()
    server.recover()
    server.received.clear()
    for fault in Fault:
        if fault not in SLOW:
            server.fail(fault)
    # One record for good, so that what NCBI sends for it is kept.
    server.fail(Fault.ERROR, call="efetch", having=601, times=None)
    for _ in range(len(Fault)):
        client = connect(server, tmp_path, key=CANARY, times=FakeTime())
        said.append(repr(client))
        try:
            report = refresh(database, client, nights.extractor, clock=lambda: NIGHT)
        except SearchError as error:
            said += traceback.format_exception(error)
            continue
        said += [json.dumps(report.as_dict()), report.as_markdown()]
        break
    assert "601" in report.as_markdown() and len(said) > 20
    backup(database, tmp_path / "backups", clock=lambda: NIGHT)
    said += [record.getMessage() + str(record.__dict__) for record in caplog.records]
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert {p.suffix for p in files} >= {".sqlite", ".jsonl", ".sha256"}
    assert {request.key for request in server.received} == {CANARY}
    assert not [text for text in said if CANARY in text]
    assert not [path for path in files if CANARY.encode() in path.read_bytes()]
    assert kept_bodies(database), "a body was kept"


def test_of_two_refreshes_at_once_one_runs(
    nights: Nights,
    faultless: dict[str, list[Any]],
    database: Database,
    tmp_path: Path,
) -> None:
    """The second begins while the first waits for an answer."""
    refused: list[BaseException] = []

    def begin(_: Any) -> bool:
        if not refused:
            client = connect(nights.server, tmp_path, times=FakeTime())
            try:
                refresh(database, client, nights.extractor, clock=lambda: NIGHT)
            except AlreadyRunningError as error:
                refused.append(error)
        return False

    nights.server.recover()
    nights.server.received.clear()
    nights.server.fail(Fault.RESET, when=begin)
    client = connect(nights.server, tmp_path, times=FakeTime())
    refresh(database, client, nights.extractor, clock=lambda: NIGHT)
    assert "another refresh" in str(refused[0])
    assert len(nights.server.received) == LAST, "the second one asked nothing"
    assert last_run(database) == ("complete", 1)
    assert content(database) == faultless


def kept_bodies(database: Database) -> list[bytes]:
    """Return what NCBI sent for records that could not be read."""
    raw = sqlite3.connect(str(database.engine.url.database))
    bodies = [body for (body,) in raw.execute("SELECT body FROM quarantine") if body]
    raw.close()
    return bodies
