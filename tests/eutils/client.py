"""A client of the local server, with a clock that only moves when it sleeps."""

import time
from pathlib import Path

from pydantic import SecretStr

from curation.retrieve.calls import TRIES
from curation.retrieve.eutils import Eutils
from curation.retrieve.pacing import Clock
from tests.eutils.server import Server

EMAIL = "curator@example.org"
CANARY = "canary0123456789abcdef0123456789abcd"
"""A key that may be found nowhere but in the bodies of requests."""


class FakeTime:
    """Time that passes by sleeping, and by `tick` seconds at every look."""

    def __init__(self, now: float = 1_800_000_000.0, tick: float = 0.0) -> None:
        self.now = now
        self.tick = tick
        self.slept: list[float] = []

    def wall(self) -> float:
        """Return the time."""
        self.now += self.tick
        return self.now

    def sleep(self, seconds: float) -> None:
        """Let time pass."""
        assert seconds >= 0
        self.slept.append(seconds)
        self.now += seconds

    def clock(self, *, real_deadline: bool = False) -> Clock:
        """Return it as the client takes it; jitter is always a half."""
        return Clock(
            wall=self.wall,
            monotonic=time.monotonic if real_deadline else lambda: self.now,
            sleep=self.sleep,
            random=lambda: 0.5,
        )


def connect(
    server: Server,
    folder: Path,
    *,
    key: str | None = None,
    times: FakeTime | None = None,
    deadline: float | None = None,
    max_bytes: int = 64 << 20,
    tries: int = TRIES,
) -> Eutils:
    """Return a client of the server.

    Parameters
    ----------
    server
        The local server.
    folder
        Where it paces its requests.
    key
        An API key.
    times
        Its clock; a new one if None.
    deadline
        In real seconds, for the faults that only a deadline ends.
    max_bytes
        The largest answer that it takes.
    tries
        How often it sends a call.
    """
    clock = (times or FakeTime()).clock(real_deadline=deadline is not None)
    return Eutils(
        email=EMAIL,
        api_key=SecretStr(key) if key else None,
        base=server.url,
        folder=folder,
        clock=clock,
        deadline=deadline or 60.0,
        max_bytes=max_bytes,
        tries=tries,
    )
