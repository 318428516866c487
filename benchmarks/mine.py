"""Mining: two workers beside one, and what the engine costs beside the work."""

import shutil
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

from distributed import Client, LocalCluster

from benchmarks.inputs import write_file
from benchmarks.rows import Goal, Row
from benchmarks.scale import Scale
from curation.cli.app import protocol
from curation.miner import Task, mine_file
from curation.mining import mine, rules_for

SPEED_UP = 1.7
TRIAL_IN = 4
"""In the invented files, one paper in so many names a treatment."""
NOTHINGS = 300


@contextmanager
def cluster(workers: int, warm: Path, folder: Path) -> Iterator[str]:
    """Yield the address of workers that have built their pipelines."""
    asked = protocol()
    task = Task(warm, folder, rules_for(asked, everything=True), None, None)
    with (
        LocalCluster(workers, threads_per_worker=1, dashboard_address=":0") as made,
        Client(made) as client,
    ):
        client.run(mine_file, task)
        yield made.scheduler_address


@dataclass(frozen=True, slots=True)
class Taken:
    """What mining some files took, and gave."""

    wall: float
    claims: int


def mined(files: list[Path], out: Path, scheduler: str) -> Taken:
    """Mine files on the workers of a scheduler."""
    shutil.rmtree(out, ignore_errors=True)
    asked = protocol()
    rules = rules_for(asked, everything=True)
    began = time.perf_counter()
    made = mine(files, out, asked, rules, scheduler=scheduler)
    wall = time.perf_counter() - began
    return Taken(wall, sum(output.claims for output in made.outputs.values()))


def count(size: int) -> int:
    """Count: work that shares nothing with anybody but the machine."""
    return sum(range(size))


def machine_gains(size: int = 10_000_000) -> float:
    """Return what two processes gain on one here and now, whatever they do."""
    taken = []
    for workers in (1, 2):
        with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
            list(pool.map(count, [1] * workers))
            began = time.perf_counter()
            list(pool.map(count, [size] * 4))
            taken.append(time.perf_counter() - began)
    return taken[0] / taken[1]


def nothing(_: int) -> None:
    """Do nothing, so that only the engine is measured."""


def engine(scheduler: str) -> float:
    """Return the seconds that the engine takes for a task that does nothing."""
    with Client(scheduler) as client:
        client.gather(client.map(nothing, range(50), pure=False))
        began = time.perf_counter()
        client.gather(client.map(nothing, range(NOTHINGS), pure=False))
        return (time.perf_counter() - began) / NOTHINGS


def run(scale: Scale) -> list[Row]:
    """Measure with workers that are warm, in turns; the best run of each counts.

    Two workers can gain no more than the machine has left for two processes: where
    that is less than the goal, the goal says nothing of us, and the row says so.
    """
    number, size = (8, 200) if scale.quick else (12, 2_000)
    folder = scale.folder / "mining"
    folder.mkdir(exist_ok=True)
    files = [
        write_file(folder / f"file-{i}-{size}.xml.gz", size, 1 + i * size, i, TRIAL_IN)
        for i in range(number)
    ]
    warm = write_file(folder / "warm.xml.gz", 20)
    runs: dict[int, list[Taken]] = {1: [], 2: []}
    gains: list[float] = []
    costs: list[float] = []
    for _ in range(1 if scale.quick else 3):
        gains.append(machine_gains())
        for workers, taken in runs.items():
            with cluster(workers, warm, folder) as address:
                taken.append(mined(files, folder / "out", address))
                costs.append(engine(address))
    claims = {taken.claims for found in runs.values() for taken in found}
    assert len(claims) == 1, f"workers disagree on the number of claims: {claims}"
    wall = {n: min(taken.wall for taken in found) for n, found in runs.items()}
    machine = max(gains)
    what = f"{number} files of {size:,} records"
    return [
        Row(f"mine {what}, 1 worker and 2", wall[1], wall[2], "two workers", "s",
            Goal(SPEED_UP, at_least=True, slack=scale.slack), short_of(machine)),
        Row("gain of two workers on one", wall[1] / wall[2], machine,
            "two processes that only count", "x"),
        Row("the engine, a task", 1000 * min(costs), 1000 * wall[1] / number,
            f"a file of {size:,} records", "ms", Goal(0.01, slack=scale.slack)),
    ]  # fmt: skip


def short_of(machine: float) -> str:
    """Return why the speed-up is out of reach, "" where it is not."""
    if machine >= SPEED_UP:
        return ""
    return (
        f"the machine is not idle: two processes that only count gain {machine:.2f} "
        "on one"
    )
