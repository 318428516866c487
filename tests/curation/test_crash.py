"""`kill -9` anywhere in a night: nothing torn, and the next night makes up for it.

Where a night dies is chosen by what it does: at the k-th request that PubMed
receives, some milliseconds after one, or at the n-th statement to the database. What
must hold holds for every point, so no clock decides the result.
CURATION_TESTS_CRASHES=200 tries 200 points instead of twelve.
"""

import os
import random
import shutil
import signal
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from evidence.database import Database, create_database, open_database, sqlite_url
from evidence.protocol import Protocol
from evidence.queries.runs import runs
from evidence.verification import verify
from tests.curation.forking import Forking
from tests.eutils import Fault, Server
from tests.literature import CITING, EVERYTHING, TRIAL, content

CRASHES = int(os.environ.get("CURATION_TESTS_CRASHES", "12"))
SEED = 20260302
KILLED = -signal.SIGKILL
DONE = 0

PUBMED = (
    *EVERYTHING,
    *(replace(TRIAL, pmid=700 + i) for i in range(14)),
    *(replace(CITING, pmid=800 + i) for i in range(4)),
)


@dataclass(frozen=True)
class Point:
    """Where a night dies; nowhere if all is None."""

    request: int | None = None
    """At the so-manieth request that PubMed receives."""
    milliseconds: float = 0.0
    """So long after that request was received."""
    statement: int | None = None
    """Before the so-manieth statement to the database."""


@dataclass(frozen=True)
class Night:
    """How a night ended, what it asked, and how many statements it made."""

    code: int
    requests: int
    statements: int


class Nights:
    """The process that forks a night at each order."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self._forking = Forking("tests.curation.forked_nights")
        self.close = self._forking.close

    def __call__(self, folder: Path, point: Point = Point()) -> Night:
        """Do a night's run on the database in a folder."""
        child, begun = 0, threading.Event()
        timers: list[threading.Timer] = []

        def kill() -> None:
            with suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)

        def arrived(_: Any) -> bool:
            if len(self.server.received) + 1 == point.request:
                begun.wait()
                if point.milliseconds:
                    timers.append(threading.Timer(point.milliseconds / 1000, kill))
                    timers[-1].start()
                else:
                    kill()
            return False

        self.server.received.clear()
        self.server.recover()
        # A rule that never applies sees every request as it arrives.
        self.server.fail(Fault.RESET, when=arrived)
        order = {"folder": str(folder), "url": self.server.url}
        child = self._forking.begin(order | {"step": point.statement})
        begun.set()
        statements = self._forking.steps()
        for timer in timers:
            timer.cancel()
            timer.join()
        # Only now, when nobody will kill it any more, does it give up its number.
        return Night(self._forking.end(), len(self.server.received), statements)


@pytest.fixture(scope="module")
def nights() -> Iterator[Nights]:
    with Server(PUBMED) as server:
        forking = Nights(server)
        yield forking
        forking.close()


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory, migraine: Protocol) -> Path:
    """A folder with an empty database, to be copied."""
    folder = tmp_path_factory.mktemp("empty")
    create_database(sqlite_url(folder / "evidence.sqlite"), migraine).close()
    return folder


Fresh = Callable[[], Path]


@pytest.fixture(scope="module")
def fresh(empty: Path, tmp_path_factory: pytest.TempPathFactory) -> Fresh:
    """Return a function that makes a folder with an empty database of its own."""

    def make() -> Path:
        folder = tmp_path_factory.mktemp("night") / "copy"
        shutil.copytree(empty, folder)
        return folder

    return make


@dataclass(frozen=True)
class Unbroken:
    """A night that nobody killed: the measure of all others."""

    night: Night
    content: dict[str, list[Any]]


@pytest.fixture(scope="module")
def unbroken(nights: Nights, fresh: Fresh, migraine: Protocol) -> Unbroken:
    folder = fresh()
    night = nights(folder)
    assert night.code == DONE
    with opened(folder, migraine) as database:
        return Unbroken(night, content(database))


class opened:
    """The database in a folder, closed at the end."""

    def __init__(self, folder: Path, protocol: Protocol) -> None:
        self.database = open_database(sqlite_url(folder / "evidence.sqlite"), protocol)

    def __enter__(self) -> Database:
        return self.database

    def __exit__(self, *_: object) -> None:
        self.database.close()


def points(night: Night, number: int) -> Iterator[Point]:
    """Yield points, of the three kinds in turn, the same ones every time."""
    chance = random.Random(SEED)
    for index in range(number):
        request = chance.randint(1, night.requests)
        if index % 3 == 0:
            yield Point(request)
        elif index % 3 == 1:
            yield Point(request, chance.uniform(0.5, 60))
        else:
            yield Point(statement=chance.randint(1, night.statements))


def torn(database: Database, batches: list[frozenset[int]]) -> list[str]:
    """Return what must not be: halves of batches, records without their texts."""
    raw = sqlite3.connect(str(database.engine.url.database))
    held = {pmid for (pmid,) in raw.execute("SELECT pmid FROM record")}
    textless = raw.execute(
        "SELECT pmid FROM record WHERE pmid NOT IN (SELECT pmid FROM text)"
    ).fetchall()
    finished = raw.execute("SELECT count(*) FROM run WHERE outcome = 'complete'")
    searches = raw.execute("SELECT count(DISTINCT run) FROM search")
    watermark = searches.fetchone() == finished.fetchone()
    integrity = raw.execute("PRAGMA integrity_check").fetchall()
    raw.close()
    halves = [sorted(b) for b in batches if b & held and not b <= held]
    return [
        *(f"half of a batch: {b}" for b in halves),
        *(f"no texts: {pmid}" for (pmid,) in textless),
        *(() if integrity == [("ok",)] else (f"damaged: {integrity}",)),
        *(() if watermark else ("the watermark moved without a complete run",)),
    ]


def outcomes(database: Database) -> list[str]:
    with database.read() as session:
        return [str(run.outcome) for run in reversed(runs(session))]


def batches_of(unbroken: Unbroken, server: Server) -> list[frozenset[int]]:
    """Return the PMIDs that were fetched together, of records that are kept."""
    kept = {pmid for pmid, *_ in unbroken.content["record"]}
    asked = [frozenset(request.ids) for request in server.calls("efetch")]
    return [batch for batch in asked if batch <= kept]


def test_the_night_is_long_enough_to_be_killed_in(
    unbroken: Unbroken, nights: Nights
) -> None:
    assert len(unbroken.content["record"]) == 21
    assert len(unbroken.content["claim"]) == 15
    assert unbroken.night.requests >= 9
    assert unbroken.night.statements >= 100


@pytest.fixture(scope="module")
def planned(unbroken: Unbroken) -> list[Point]:
    return list(points(unbroken.night, CRASHES))


@pytest.mark.parametrize("number", range(CRASHES))
def test_a_killed_night_tears_nothing_and_the_next_makes_up_for_it(
    number: int,
    planned: list[Point],
    unbroken: Unbroken,
    nights: Nights,
    fresh: Fresh,
    migraine: Protocol,
) -> None:
    point, folder = planned[number], fresh()
    killed = nights(folder, point)
    # A time may lie after the end of the night; a request or statement may not.
    assert killed.code == KILLED or (point.milliseconds and killed.code == DONE)
    with opened(folder, migraine) as database:
        batches = batches_of(unbroken, nights.server)
        assert torn(database, batches) == []
        with database.read() as session:
            assert list(verify(database, session)) == []
    again = nights(folder)
    assert again.code == DONE
    with opened(folder, migraine) as database:
        assert torn(database, batches_of(unbroken, nights.server)) == []
        with database.read() as session:
            assert list(verify(database, session)) == []
        assert content(database) == unbroken.content
        ended = ["complete" if killed.code == DONE else "interrupted", "complete"]
        # One that died before its run was kept has left none.
        assert outcomes(database) in (ended, ended[1:])
    assert list(folder.glob("*.run-*.lock")) == []
    shutil.rmtree(folder)


def test_two_deaths_in_one_night_are_made_up_for_too(
    unbroken: Unbroken, nights: Nights, fresh: Fresh, migraine: Protocol
) -> None:
    folder = fresh()
    for share in (0.7, 0.4):
        at = Point(statement=int(unbroken.night.statements * share))
        assert nights(folder, at).code == KILLED
    assert nights(folder).code == DONE
    with opened(folder, migraine) as database:
        assert content(database) == unbroken.content
