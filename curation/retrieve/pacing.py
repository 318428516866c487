"""When the next request may start, agreed between all processes of this machine.

NCBI allows three requests a second from an address, ten with a key, and counts when
they arrive, not when they end (NLM, *A General Introduction to the E-utilities*,
https://www.ncbi.nlm.nih.gov/books/NBK25497/). A nightly job, a curator's own search
and a second terminal share that allowance, so that the last start stands in a file
that a lock guards. Starts are evenly spread: bursts are what NCBI refuses.
"""

import os
import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import platformdirs
from filelock import FileLock, Timeout

from curation.errors import PeakTimeError, SearchError

WITHOUT_KEY = 3
WITH_KEY = 10
"""Requests that may start in any second."""

MARGIN = 1.05
"""Seconds over which that many starts are spread: 50 ms for the way to NCBI."""

LONGEST_HOLD = 300.0
"""Seconds that a pause may last. A start further ahead means a clock was set back."""

SERIES = 100
"""The requests of a series beyond which it is a large one, by NCBI's rules of use."""

MORNING, EVENING = 5, 21
"""The hours of a weekday in Bethesda between which a large series has to wait."""

PATIENCE = 120.0
"""Seconds to wait for the lock, which is held for one spacing at a time."""


@dataclass(frozen=True, slots=True)
class Clock:
    """Time and chance, so that tests need neither."""

    wall: Callable[[], float] = time.time
    """Seconds since 1970: the one clock that processes and restarts share."""
    monotonic: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    random: Callable[[], float] = random.random
    """A number from 0 to 1, for jitter."""


def is_off_peak(at: datetime) -> bool:
    """Return whether NCBI welcomes large jobs: weekends, and 9 p.m. to 5 a.m. there."""
    there = _in_bethesda(at)
    return there.weekday() >= 5 or not MORNING <= there.hour < EVENING


def next_off_peak(at: datetime) -> datetime:
    """Return when large jobs are welcome again, in UTC; `at` itself if they are."""
    if is_off_peak(at):
        return at.astimezone(UTC)
    evening = _in_bethesda(at).replace(hour=EVENING, minute=0, second=0, microsecond=0)
    return evening.astimezone(UTC)


def keep_off_peak(requests: int, at: datetime) -> None:
    """Refuse a large series of requests in the hours in which NCBI is busy.

    Parameters
    ----------
    requests
        How many requests the whole run takes, those that were made included.
    at
        When it would go on.

    Raises
    ------
    PeakTimeError
        Where it is a large one, and too early; says when it may start.
    """
    if requests <= SERIES or is_off_peak(at):
        return
    start = next_off_peak(at)
    raise PeakTimeError(
        f"this run takes some {requests:,} requests, and NCBI asks that more than "
        f"{SERIES} in a row are left to weekends, or to 9 p.m. to 5 a.m. US Eastern "
        "time; nothing was fetched and nothing is lost: run it from "
        f"{start:%Y-%m-%d %H:%M} UTC on, or at once with --now"
    )


def _in_bethesda(at: datetime) -> datetime:
    try:
        bethesda: tzinfo = ZoneInfo("America/New_York")
    except ZoneInfoNotFoundError:
        # A machine without a time zone database; in summer an hour off.
        bethesda = timezone(timedelta(hours=-5))
    return at.astimezone(bethesda)


def state_folder() -> Path:
    """Return the platform's folder for what only this machine needs to remember."""
    return Path(platformdirs.user_state_path("trd-evidence"))


class Pace:
    """A queue for starts; every process with the same folder and limit stands in it.

    Parameters
    ----------
    limit
        Starts in any second.
    folder
        Where the last start is kept; the platform's state folder if None.
    clock
        Time and sleep.

    Raises
    ------
    SearchError
        Where the folder cannot be made.
    """

    def __init__(
        self, limit: int, folder: Path | None = None, clock: Clock | None = None
    ) -> None:
        folder = folder or state_folder()
        self.spacing = MARGIN / limit
        self._clock = clock or Clock()
        self._last = folder / f"eutils-last-start-{limit}"
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise SearchError(
                f"{folder} cannot be made ({error.strerror}); it is where requests to "
                "NCBI are paced, give this user the right to write there"
            ) from None
        self._lock = FileLock(f"{self._last}.lock", timeout=PATIENCE)

    def wait(self) -> None:
        """Return when a request may start, and count it as started.

        The lock is held while waiting: two starts that were planned apart could
        otherwise drift together when the machine is busy.
        """
        with self._locked():
            due = self._due()
            while (left := due - self._clock.wall()) > 0:
                self._clock.sleep(left)
            self._write(self._clock.wall())

    def hold(self, seconds: float) -> None:
        """Let nobody start for a while, since NCBI asked for it."""
        pause = min(seconds, LONGEST_HOLD)
        with self._locked():
            due = max(self._due(), self._clock.wall() + pause)
            self._write(due - self.spacing)

    def _due(self) -> float:
        now = self._clock.wall()
        try:
            last = float(self._last.read_text(encoding="ascii"))
        except (OSError, ValueError):
            # Never written, or cut short by a crash: wait as if one had just started.
            return now + self.spacing if self._last.exists() else now
        due = last + self.spacing
        return due if due <= now + LONGEST_HOLD + self.spacing else now + self.spacing

    def _write(self, start: float) -> None:
        # Replaced, not overwritten: a process that is killed here leaves a whole file.
        draft = self._last.with_suffix(f".{os.getpid()}")
        draft.write_text(repr(start), encoding="ascii")
        draft.replace(self._last)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        try:
            with self._lock.acquire(poll_interval=0.01):
                yield
        except Timeout:
            raise SearchError(
                f"another process has held {self._lock.lock_file} for {PATIENCE:.0f} "
                "seconds; see whether a refresh hangs, and end it"
            ) from None
        except OSError as error:
            raise SearchError(
                f"{self._last} cannot be kept ({error.strerror}); it is what paces "
                "requests to NCBI, give this user the right and the room to write it"
            ) from None
