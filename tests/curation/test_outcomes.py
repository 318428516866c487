"""How a job ends: its exit code, its run, and what becomes of one that was killed."""

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock

from curation.jobs import job
from curation.retrieve import eutils, pacing
from curation.retrieve.eutils import Eutils
from evidence.database import Database
from evidence.library import Run, RunKind
from evidence.queries import runs as queries
from evidence.store import runs
from tests.command_line import Curation, article, pubmed_file
from tests.curation.conftest import (
    Night,
)
from tests.eutils import Fault, Server
from tests.eutils.client import EMAIL, FakeTime
from tests.invented import NOON

DONE, FAILED, USAGE, PARTIAL, RUNNING = range(5)
"""The exit codes."""


class Hasty(Eutils):
    """A client that waits for nothing, and fetches each record by itself."""

    def __init__(self, **given: Any) -> None:
        super().__init__(**given, clock=FakeTime().clock())

    def fetch_batches(self, pmids: Any, size: int = 1, **given: Any) -> Any:
        return super().fetch_batches(pmids, size, **given)


@dataclass(frozen=True)
class World:
    """What a command finds: PubMed, a folder of files, the hour."""

    curation: Curation
    server: Server
    folder: Path
    monkeypatch: pytest.MonkeyPatch
    ending: ExitStack

    def lasting(self, call: str, nth: int = 1) -> None:
        """Let PubMed fail from the so-manieth call of a kind on."""
        self.server.fail(Fault.UNAVAILABLE, call=call, nth=nth, times=None)

    def known(self) -> None:
        """Let a night's work be done."""
        assert self.curation("refresh").code == DONE

    def another_job(self) -> None:
        """Let another process be at it until the test ends."""
        lock = FileLock(self.folder / "evidence.sqlite.lock")
        self.ending.enter_context(lock)

    def busy_hours(self) -> None:
        """Let NCBI be busy, and each run be a large one."""
        self.monkeypatch.setattr(pacing, "SERIES", 0)
        self.monkeypatch.setattr(pacing, "is_off_peak", lambda _: False)

    def file(self, name: str, *articles: str, whole: bool = True) -> Path:
        path = pubmed_file(self.folder / name, *articles)
        if not whole:
            path.write_text(path.read_text().removesuffix("</PubmedArticleSet>"))
        return path


@pytest.fixture
def world(
    curation: Curation,
    server: Server,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[World]:
    monkeypatch.setattr(eutils, "Eutils", Hasty)
    monkeypatch.setenv("CURATION_EUTILS_URL", server.url)
    monkeypatch.setenv("CURATION_NCBI_EMAIL", EMAIL)
    curation("init")
    with ExitStack() as ending:
        yield World(curation, server, tmp_path, monkeypatch, ending)


def two_files(world: World) -> None:
    world.file("first.xml", article(101))
    world.file("second.xml", article(102), whole=False)


def fails(call: str, nth: int = 1) -> Callable[[World], None]:
    return lambda world: world.lasting(call, nth)


Before = Callable[[World], None]
BUSY, KNOWN, ANOTHER = World.busy_hours, World.known, World.another_job
ENDINGS: dict[str, tuple[tuple[Before, ...], str, int]] = {
    "a night": ((), "refresh", DONE),
    "a dry run": ((), "refresh --dry-run", DONE),
    "a recheck": ((KNOWN,), "recheck", DONE),
    "no such option": ((), "refresh --yesterday", USAGE),
    "searches fail": ((fails("esearch"),), "refresh", FAILED),
    "links fail": ((fails("elink"),), "refresh", FAILED),
    "no tracing": ((fails("esearch"),), "references resolve", FAILED),
    "no record comes": ((KNOWN, fails("efetch")), "recheck", FAILED),
    "some records come": ((fails("efetch", 3),), "refresh", PARTIAL),
    "some known records come": ((KNOWN, fails("efetch", 2)), "recheck", PARTIAL),
    "one file of two": ((two_files,), "load first.xml second.xml", PARTIAL),
    "no file": ((two_files,), "load second.xml", FAILED),
    "a large run at a busy hour": ((BUSY,), "refresh", PARTIAL),
    "the same, now": ((BUSY,), "refresh --now", DONE),
    "a large dry run": ((BUSY,), "refresh --dry-run", PARTIAL),
    "a large recheck": ((KNOWN, BUSY), "recheck", PARTIAL),
    "the same recheck, now": ((KNOWN, BUSY), "recheck --now", DONE),
    "a refresh beside another job": ((ANOTHER,), "refresh", RUNNING),
    "a recheck beside it": ((ANOTHER,), "recheck", RUNNING),
    "a release beside it": ((ANOTHER,), "release", RUNNING),
    "references beside it": ((ANOTHER,), "references resolve", RUNNING),
    "never refreshed": ((), "status --max-age 8d", FAILED),
    "no such ledger": ((), "decisions import nowhere.jsonl", FAILED),
}


@pytest.mark.parametrize("name", ENDINGS)
def test_every_ending_has_its_exit_code(name: str, world: World) -> None:
    before, command, code = ENDINGS[name]
    for prepare in before:
        prepare(world)
    ended = world.curation(*command.split())
    assert ended.code == code, ended.err
    if code in (FAILED, PARTIAL, RUNNING):
        # One line says why.
        assert ended.err.startswith("error: ") and ended.err.count("\n") == 1


def test_a_partial_night_says_so_and_the_next_one_makes_up_for_it(
    world: World,
) -> None:
    world.lasting("efetch", 3)
    ended = world.curation("refresh")
    assert "what came before is kept" in ended.err
    assert last(world)["outcome"] == "partial"
    world.server.recover()
    assert world.curation("refresh").code == DONE
    assert last(world)["outcome"] == "complete"
    assert json.loads(world.curation("status", "--json").out)["records"] == 3


def last(world: World) -> dict[str, str]:
    told = json.loads(world.curation("status", "--json").out)
    return told["last_runs"]["refresh"]


def run_of(database: Database, run: int) -> Run:
    with database.read() as session:
        return next(r for r in queries.runs(session) if r.id == run)


class TestAKilledRun:
    @pytest.fixture
    def killed(self, database: Database) -> int:
        """A run that nobody closed, and whose process is no more."""
        with database.write() as session:
            return runs.begin(session, RunKind.REFRESH, NOON, {})

    def test_the_next_one_marks_it_and_tells(
        self, killed: int, database: Database, night: Night
    ) -> None:
        report = night(60)
        dead = run_of(database, killed)
        assert (dead.outcome, dead.finished) == ("interrupted", None)
        assert "killed" in dead.counts["error"]
        assert "(refresh) begun 2026-03-01 12:00 UTC" in report.as_markdown()
        assert night(61).interrupted == []

    def test_status_says_so_before(self, curation: Curation, killed: int) -> None:
        del killed
        assert "interrupted, begun 2026-03-01T12:00" in curation("status").out

    def test_one_that_is_at_work_is_left_alone(
        self, database: Database, curation: Curation, night: Night
    ) -> None:
        with job(database, RunKind.EXTRACT, lambda: NOON) as this:
            assert night(60).interrupted == []
            told = json.loads(curation("status", "--json").out)
            assert told["last_runs"]["extract"]["outcome"] == "running"
        assert run_of(database, this.run).outcome == "complete"

    def test_who_is_stopped_by_hand_has_interrupted_it(
        self, database: Database
    ) -> None:
        with (
            pytest.raises(KeyboardInterrupt),
            job(database, RunKind.EXTRACT, lambda: NOON) as this,
        ):
            raise KeyboardInterrupt
        assert run_of(database, this.run).outcome == "interrupted"
