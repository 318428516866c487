"""Time and memory of a function in a fresh process, contenders taking turns.

CPU seconds, not seconds on the wall: the machine is rarely ours alone. Contenders run
in turn, so that a slow minute hits all of them, and each run has a process of its own,
so that nobody's peak memory or warm caches are another's.
"""

import gc
import resource
import statistics
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from typing import Any

Prepared = Callable[[], Any]
Contender = tuple[Callable[..., Prepared], tuple[Any, ...]]
"""A function that prepares (imports, opens) and returns the work to be measured."""


@dataclass(frozen=True, slots=True)
class Sample:
    """What the runs of a contender took."""

    cpu: float
    """Median CPU seconds of the work and its programs, preparation not counted."""
    peak_mb: float
    """The largest resident size of its processes."""
    result: Any
    """What the last run returned, so that contenders can be seen to do the same."""


def _spent() -> float:
    """Return the CPU seconds of this process and of those that it waited for."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


def _run(prepare: Callable[..., Prepared], args: tuple[Any, ...]) -> Sample:
    work = prepare(*args)
    gc.collect()
    before = _spent()
    result = work()
    spent = _spent() - before
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    unit = 1 << 20 if sys.platform == "darwin" else 1 << 10
    return Sample(spent, peak / unit, result)


def measure(contenders: Mapping[str, Contender], repeats: int = 3) -> dict[str, Sample]:
    """Run each contender `repeats` times, in turn, each in a fresh process."""
    samples: dict[str, list[Sample]] = {name: [] for name in contenders}
    for _ in range(repeats):
        for name, (prepare, args) in contenders.items():
            with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
                samples[name].append(pool.submit(_run, prepare, args).result())
    return {name: _middle(runs) for name, runs in samples.items()}


def _middle(runs: Sequence[Sample]) -> Sample:
    return Sample(
        statistics.median(run.cpu for run in runs),
        max(run.peak_mb for run in runs),
        runs[-1].result,
    )
