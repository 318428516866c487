"""No second holds more starts than NCBI allows, whoever starts them."""

import os
import random
import subprocess
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import pytest
from filelock import FileLock

from curation.errors import PeakTimeError, SearchError
from curation.retrieve import pacing
from curation.retrieve.pacing import WITH_KEY, WITHOUT_KEY, Clock, Pace
from tests.eutils import Entry, Fault, Received, Server
from tests.eutils.client import CANARY, EMAIL, FakeTime, connect
from tests.places import CHECKOUT

SLACK = 0.25
"""Seconds by which a busy machine may delay a request on its way to the server."""


def most_in_a_window(starts: Sequence[float], seconds: float = 1.0) -> int:
    """Return the most starts in any half-open window of that length."""
    ordered = sorted(starts)
    return max(
        sum(1 for other in ordered if first <= other < first + seconds)
        for first in ordered
    )


@pytest.mark.parametrize("limit", [WITHOUT_KEY, WITH_KEY])
def test_no_window_of_a_second_holds_more_than_the_limit(
    limit: int, tmp_path: Path
) -> None:
    times = FakeTime()
    pace = Pace(limit, tmp_path, times.clock())
    chance = random.Random(7)
    starts = []
    for _ in range(200):
        pace.wait()
        starts.append(times.now)
        # A call takes no time, or a while, or so long that the allowance is unused.
        times.now += chance.choice([0.0, 0.01, 0.3, 2.0])
    assert most_in_a_window(starts) <= limit
    assert max(later - first for first, later in pairwise(starts)) > 1


@pytest.mark.parametrize("limit", [WITHOUT_KEY, WITH_KEY])
def test_the_allowance_is_used(limit: int, tmp_path: Path) -> None:
    """Without calls that last, a hundred starts take little more than they must."""
    times = FakeTime()
    pace = Pace(limit, tmp_path, times.clock())
    began = times.now
    for _ in range(100):
        pace.wait()
    assert times.now - began <= 99 / limit * 1.06


def test_two_clients_stand_in_one_queue(tmp_path: Path) -> None:
    times = FakeTime()
    first, second = (Pace(WITHOUT_KEY, tmp_path, times.clock()) for _ in range(2))
    starts = []
    for pace in (first, second) * 20:
        pace.wait()
        starts.append(times.now)
    assert most_in_a_window(starts) <= WITHOUT_KEY


def test_retries_stand_in_the_queue_too(tmp_path: Path) -> None:
    times = FakeTime()
    starts: list[float] = []

    def note(_: Received) -> bool:
        # The server's own times are real; the pace keeps the pretended ones.
        starts.append(times.now)
        return False

    with Server([Entry(101)]) as server:
        server.fail(Fault.EMPTY, when=note)
        server.fail(Fault.TOO_MANY, times=3)
        server.fail(Fault.CUT, times=2)
        for _ in range(8):
            connect(server, tmp_path, times=times).esearch("101[uid]")
    assert len(starts) == 8 + 5
    assert most_in_a_window(starts) <= WITHOUT_KEY


def test_what_ncbi_asks_of_one_process_holds_for_all(tmp_path: Path) -> None:
    times = FakeTime()
    first, second = (Pace(WITHOUT_KEY, tmp_path, times.clock()) for _ in range(2))
    first.hold(30)
    began = times.now
    second.wait()
    assert times.now - began == pytest.approx(30)


def test_a_short_pause_does_not_shorten_a_long_one(tmp_path: Path) -> None:
    times = FakeTime()
    pace = Pace(WITHOUT_KEY, tmp_path, times.clock())
    began = times.now
    pace.hold(60)
    pace.hold(1)
    pace.wait()
    assert times.now - began == pytest.approx(60)


def test_keyed_and_nameless_requests_have_allowances_of_their_own(
    tmp_path: Path,
) -> None:
    times = FakeTime()
    Pace(WITHOUT_KEY, tmp_path, times.clock()).hold(100)
    Pace(WITH_KEY, tmp_path, times.clock()).wait()
    assert times.slept == []


@pytest.mark.parametrize("written", ["", "soon", "nan-ish", "9e99"])
def test_a_file_that_a_crash_or_a_clock_left_is_survived(
    written: str, tmp_path: Path
) -> None:
    times = FakeTime()
    (tmp_path / "eutils-last-start-3").write_text(written)
    began = times.now
    Pace(WITHOUT_KEY, tmp_path, times.clock()).wait()
    assert 0 < times.now - began < 1


def test_a_clock_that_was_set_back_does_not_stop_the_work(tmp_path: Path) -> None:
    times = FakeTime()
    Pace(WITHOUT_KEY, tmp_path, times.clock()).wait()
    times.now -= 86_400
    began = times.now
    Pace(WITHOUT_KEY, tmp_path, times.clock()).wait()
    assert times.now - began < 1


def test_a_sleep_that_ends_early_is_continued(tmp_path: Path) -> None:
    times = FakeTime()

    def doze(seconds: float) -> None:
        times.sleep(seconds / 2 if seconds > 0.01 else seconds)

    clock = Clock(wall=times.wall, monotonic=times.wall, sleep=doze)
    pace = Pace(WITHOUT_KEY, tmp_path, clock)
    starts = []
    for _ in range(6):
        pace.wait()
        starts.append(times.now)
    assert most_in_a_window(starts) <= WITHOUT_KEY


def test_a_lock_that_is_never_released_is_an_error_and_no_hang(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pacing, "PATIENCE", 0.05)
    pace = Pace(WITHOUT_KEY, tmp_path, FakeTime().clock())
    with (
        FileLock(tmp_path / "eutils-last-start-3.lock"),
        pytest.raises(SearchError, match="another process has held"),
    ):
        pace.wait()


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(SearchError, match="cannot be made"):
        Pace(WITHOUT_KEY, tmp_path / "file" / "state")


@pytest.mark.parametrize(
    ("utc", "off_peak"),
    [
        ("2026-03-04T01:59", False),  # Tuesday, 8:59 p.m. in Bethesda
        ("2026-03-04T02:00", True),  # 9 p.m.
        ("2026-03-04T09:59", True),  # Wednesday, 4:59 a.m.
        ("2026-03-04T10:00", False),  # 5 a.m.
        ("2026-07-01T01:00", True),  # 9 p.m., in summer
        ("2026-07-01T09:00", False),  # 5 a.m., in summer
        ("2026-03-07T17:00", True),  # Saturday noon
        ("2026-03-09T03:30", True),  # Sunday night, still
    ],
)
def test_large_jobs_run_when_bethesda_sleeps(utc: str, off_peak: bool) -> None:
    at = datetime.fromisoformat(utc).replace(tzinfo=UTC)
    assert pacing.is_off_peak(at) is off_peak


@pytest.mark.parametrize(
    ("utc", "start"),
    [
        ("2026-03-04T16:20", "2026-03-05T02:00"),  # Wednesday, before noon there
        ("2026-07-03T09:00", "2026-07-04T01:00"),  # Friday in summer, 5 a.m.
        ("2026-03-07T17:00", "2026-03-07T17:00"),  # Saturday: at once
    ],
)
def test_the_next_hour_for_a_large_job_is_the_evening_in_bethesda(
    utc: str, start: str
) -> None:
    at = datetime.fromisoformat(utc).replace(tzinfo=UTC)
    due = pacing.next_off_peak(at)
    assert due == datetime.fromisoformat(start).replace(tzinfo=UTC)
    assert pacing.is_off_peak(due)


def test_only_a_series_of_more_than_a_hundred_has_to_wait() -> None:
    noon = datetime(2026, 3, 4, 17, tzinfo=UTC)
    pacing.keep_off_peak(100, noon)
    with pytest.raises(
        PeakTimeError, match=r"some 101 .* 2026-03-05 02:00 UTC .*--now"
    ):
        pacing.keep_off_peak(101, noon)
    pacing.keep_off_peak(101, pacing.next_off_peak(noon))


SEARCHER = """
import sys
from pathlib import Path
from pydantic import SecretStr
from curation.retrieve.eutils import Eutils

url, folder, key, times = sys.argv[1:]
client = Eutils(
    email=EMAIL, api_key=SecretStr(key) if key else None, base=url, folder=Path(folder)
)
sys.stdin.readline()
for _ in range(int(times)):
    client.esearch("101[uid]")
assert client.counters.rate_limited == 0
""".replace("EMAIL", repr(EMAIL))


@pytest.mark.parametrize(("key", "limit", "each"), [("", 3, 4), (CANARY, 10, 10)])
def test_two_processes_together_keep_to_the_limit(
    key: str, limit: int, each: int, tmp_path: Path
) -> None:
    """Judged by when their requests reached the server, not by what they report."""
    with Server([Entry(101)]) as server:
        command = [
            sys.executable,
            "-c",
            SEARCHER,
            server.url,
            str(tmp_path),
            key,
            str(each),
        ]
        environment = os.environ | {
            "PYTHONPATH": str(CHECKOUT),
            "NO_PROXY": "127.0.0.1",
        }
        searchers = [
            subprocess.Popen(command, stdin=subprocess.PIPE, env=environment, text=True)
            for _ in range(2)
        ]
        for searcher in searchers:
            assert searcher.stdin is not None
            searcher.stdin.write("go\n")
            searcher.stdin.close()
        assert [searcher.wait(timeout=60) for searcher in searchers] == [0, 0]
        arrivals = [request.at for request in server.received]
    assert len(arrivals) == 2 * each
    # A window shorter by the slack holds no more than the limit.
    assert most_in_a_window(arrivals, 1.0 - SLACK) <= limit
