"""`kill -9` anywhere in any job: nothing is half done, and doing it again ends it.

A job dies before the n-th thing that it does to a database or to the disk, so that no
clock decides the result. What it leaves must hold every promise; the same job done
again must end where one that nobody killed ended. Nights have a test of their own
(test_crash). CURATION_TESTS_CRASHES=200 tries 200 points of each job instead of
twelve.
"""

import hashlib
import json
import os
import random
import shutil
import signal
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from curation import pipeline
from curation.extract.claims import Extractor
from curation.restoring import check_backup
from evidence import ledger
from evidence.database import create_database, open_database, sqlite_url
from evidence.protocol import Protocol
from tests.command_line import article, pubmed_file
from tests.curation.forked_jobs import AT_ONCE, JOBS, NAME
from tests.curation.forking import Forking
from tests.literature import content
from tests.stored import problems

CRASHES = int(os.environ.get("CURATION_TESTS_CRASHES", "12"))
SEED = 20260303
KILLED, DONE = -signal.SIGKILL, 0


class Jobs:
    """The process that forks a job at each order."""

    def __init__(self) -> None:
        self._forking = Forking("tests.curation.forked_jobs")
        self.close = self._forking.close

    def __call__(
        self, job: str, folder: Path, step: int = 0, minute: int = 0
    ) -> tuple[int, int]:
        """Do a job in a folder, dying before a step; return its code and steps."""
        order = {"job": job, "folder": str(folder), "step": step, "minute": minute}
        self._forking.begin(order)
        steps = self._forking.steps()
        return self._forking.end(), steps


@pytest.fixture(scope="module")
def jobs() -> Iterator[Jobs]:
    running = Jobs()
    yield running
    running.close()


@pytest.fixture(scope="module")
def start(
    tmp_path_factory: pytest.TempPathFactory, migraine: Protocol, jobs: Jobs
) -> Path:
    """Return a folder in which every job has something to do."""
    folder = tmp_path_factory.mktemp("jobs") / "start"
    folder.mkdir()
    database = create_database(sqlite_url(folder / NAME), migraine)
    read = [article(number) for number in range(101, 104)]
    pipeline.load(database, [pubmed_file(folder / "read.xml", *read)])
    pipeline.extract(database, Extractor(migraine))
    # The site that stands was made before anything below.
    assert jobs("publish", folder)[0] == DONE
    unread = [article(number) for number in range(201, 209)]
    pipeline.load(database, [pubmed_file(folder / "unread.xml", *unread)])
    with database.read() as session:
        proposed = list(ledger.export_proposed(session))
    filled = [json.loads(line) | {"action": "accept"} for line in proposed]
    (folder / "filled.jsonl").write_text("\n".join(map(json.dumps, filled)))
    database.close()
    assert jobs("back_up", folder, minute=-9)[0] == DONE
    return folder


@dataclass(frozen=True)
class State:
    """What a folder holds, as far as a job that was done may differ by nothing."""

    stored: dict[str, list[Any]]
    decisions: list[str]
    site: dict[str, str]
    tables: list[str]


def files(folder: Path) -> dict[str, str]:
    """Return the digest of every file below a folder."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(
            path.read_bytes()
        ).hexdigest()
        for path in folder.rglob("*")
        if path.is_file()
    }


def state(folder: Path, protocol: Protocol) -> State:
    """Return the state of a folder, after proving that every promise holds in it."""
    database = open_database(sqlite_url(folder / NAME), protocol)
    assert problems(database) == []
    with database.read() as session:
        decisions = [json.loads(line)["subject_id"] for line in ledger.export(session)]
    stored = content(database)
    database.close()
    new, tables = folder / "new" / NAME, list[str]()
    if new.exists():
        with sqlite3.connect(new) as raw:
            assert raw.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            found = raw.execute("SELECT sql FROM sqlite_master ORDER BY name")
            tables = [sql for (sql,) in found if sql]
            if tables:
                tables += map(str, raw.execute("SELECT * FROM meta"))
        raw.close()
    return State(stored, decisions, files(folder / "site"), tables)


def is_half(job: str, found: State, before: State, after: State) -> str | None:
    """Return what of a killed job is neither as before nor as after."""
    if found.decisions not in (before.decisions, after.decisions):
        return "some decisions of a ledger"
    if found.tables not in (before.tables, after.tables):
        return "some tables of a migration"
    if found.site not in ({}, before.site, after.site):
        return "some pages of a site"
    read = [row for row in found.stored["record"] if row[3] is not None]
    if job == "extract" and (len(read) - 3) % AT_ONCE and len(read) != 11:
        return "some records of a batch"
    return None


@pytest.fixture(scope="module")
def unbroken(
    start: Path, jobs: Jobs, migraine: Protocol
) -> dict[str, tuple[int, State]]:
    """Return how many steps each job has, and where it ends if nobody kills it."""
    ends = {}
    for job in JOBS:
        folder = Path(shutil.copytree(start, start.with_name(f"unbroken-{job}")))
        # Once for the pages to be built, and again as the killed ones will do it.
        for _ in range(2 if job == "publish" else 1):
            shutil.rmtree(folder)
            shutil.copytree(start, folder)
            code, steps = jobs(job, folder)
            assert code == DONE
        ends[job] = (steps, state(folder, migraine))
    return ends


def test_every_job_has_something_to_do(
    start: Path, unbroken: dict[str, tuple[int, State]], migraine: Protocol
) -> None:
    before = state(start, migraine)
    for job in ("migrate", "extract", "decide", "publish"):
        assert unbroken[job][1] != before, job
    assert {job for job, (steps, _) in unbroken.items() if steps < 8} == set()


@pytest.mark.parametrize("job", JOBS)
def test_a_killed_job_leaves_nothing_half_done(
    job: str,
    start: Path,
    jobs: Jobs,
    unbroken: dict[str, tuple[int, State]],
    migraine: Protocol,
) -> None:
    steps, after = unbroken[job]
    before, chance = state(start, migraine), random.Random(SEED)
    points = [chance.randint(1, steps) for _ in range(CRASHES)]
    if steps <= CRASHES:
        points = [*range(1, steps + 1)]
    for point in points:
        folder = start.with_name(f"{job}-{point}")
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(start, folder)
        code, _ = jobs(job, folder, step=point)
        assert code == KILLED, point
        assert is_half(job, state(folder, migraine), before, after) is None, point
        # A second backup has another name; everything else is done at the same time.
        assert jobs(job, folder, minute=int(job == "back_up"))[0] == DONE, point
        assert state(folder, migraine) == after, point
        left = [p.name for p in folder.rglob("*") if ".part" in p.name]
        assert left == [], point
        if job == "back_up":
            for backup in (folder / "backups").glob("*.sqlite"):
                assert check_backup(backup, migraine).digest_checked
        shutil.rmtree(folder)
