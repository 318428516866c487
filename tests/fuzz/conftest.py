"""How much is tried, and what becomes of an input that hangs.

CURATION_TESTS_FUZZ is the number of inputs of all targets together: 20,000 where
nobody says otherwise, the same ones every time; a scheduled workflow tries a million
new ones.
"""

import os
import signal
from collections.abc import Callable, Iterator
from types import FrameType
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

INPUTS = int(os.environ.get("CURATION_TESTS_FUZZ", "20000"))
AS_ALWAYS = INPUTS <= 20_000
"""A change must not fail by chance for what another change brought."""

HANGS_AFTER_S = 20
"""Of the processor's time: on a busy machine a million inputs wait now and then."""

Try = Callable[[st.SearchStrategy[Any], Callable[[Any], object], float], None]


@pytest.fixture
def fuzz() -> Iterator[Try]:
    """Return a function that tries its share of all inputs on a target."""

    def hang(_: int, __: FrameType | None) -> None:
        raise AssertionError(f"it has not ended within {HANGS_AFTER_S} seconds")

    def run(
        inputs: st.SearchStrategy[Any], check: Callable[[Any], object], share: float
    ) -> None:
        wanted, tried = int(INPUTS * share), 0

        @settings(
            max_examples=wanted,
            deadline=None,
            derandomize=AS_ALWAYS,
            database=None,
            phases=(Phase.generate, Phase.shrink),
            suppress_health_check=list(HealthCheck),
        )
        @given(inputs)
        def attempt(value: Any) -> None:
            nonlocal tried
            tried += 1
            signal.setitimer(signal.ITIMER_VIRTUAL, HANGS_AFTER_S)
            try:
                check(value)
            finally:
                signal.setitimer(signal.ITIMER_VIRTUAL, 0)

        attempt()
        assert tried >= wanted, "fewer inputs were tried than were asked for"

    before = signal.signal(signal.SIGVTALRM, hang)
    yield run
    signal.signal(signal.SIGVTALRM, before)
