"""`python -m benchmarks.reckon`: what mining all of PubMed takes, from one file.

Measured is one process on one file. Everything else is multiplied from that, by the
size of PubMed as NLM gave it and by assumptions that are options; the table says which
line is which.
"""

import tempfile
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from benchmarks.inputs import write_file
from benchmarks.measuring import Prepared, measure

RECORDS = 34_960_000
"""Records of the baseline of 2024, in so many files of so many bytes, gzipped."""
FILES = 1_219
BYTES = 41.17e9


def mining(path: Path, out: Path) -> Prepared:
    """Mine a file as a worker does, its pipeline built beforehand."""
    from curation.cli.app import protocol
    from curation.miner import Task, mine_file
    from curation.mining import rules_for

    task = Task(path, out, rules_for(protocol(), cited=()), None, None)
    mine_file(Task(write_file(out / "warm.xml.gz", 5), out, task.rules, None, None))

    def work() -> tuple[int, int]:
        made = mine_file(task)
        return made.records, (out / f"{path.name}.claims.jsonl.gz").stat().st_size

    return work


def main(
    file: Annotated[
        Path | None, typer.Argument(help="A baseline file; else one is invented.")
    ] = None,
    records: Annotated[int, typer.Option(help="How many it holds.")] = 5_000,
    treated_in: Annotated[
        int, typer.Option(help="Invented: one paper in so many names a treatment.")
    ] = 10,
    cores: Annotated[int, typer.Option(help="Workers to reckon with.")] = 64,
    price: Annotated[
        float, typer.Option(help="Assumed price of a core for an hour, any currency.")
    ] = 0.05,
) -> None:
    """Print what was measured on one file, and what follows for all of PubMed."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        # Named as NLM names its files: of those, only what a search finds is kept.
        path = file or write_file(
            folder / "pubmed26n0001.xml.gz", records, trial_in=treated_in
        )
        found = measure({"mine": (mining, (path, folder))}, 1)["mine"]
        size = path.stat().st_size
    kept, stored = found.result
    hours = found.cpu / records * RECORDS / 3600
    shown = Table(title="Mining all of PubMed")
    for heading in ("what", "figure", "how it is known"):
        shown.add_column(heading)
    for line in (
        ("records of the file", f"{records:,}, {size / 1e6:.1f} MB", "measured"),
        ("records kept of them", f"{kept:,}", "measured"),
        ("CPU time for 1,000 records", f"{1000 * found.cpu / records:.2f} s",
         "measured"),
        ("memory of a worker, at most", f"{found.peak_mb:.0f} MB", "measured"),
        ("claims file, for 1,000 records kept",
         f"{1000 * stored / max(kept, 1) / 1e6:.2f} MB", "measured"),
        ("PubMed", f"{RECORDS:,} records, {FILES:,} files, {BYTES / 1e9:.0f} GB",
         "NLM's baseline of 2024"),
        ("CPU time", f"{hours:.1f} h", "reckoned"),
        (f"time on {cores} cores", f"{60 * hours / cores:.0f} min",
         "reckoned, files evenly shared"),
        (f"memory on {cores} cores", f"{cores * found.peak_mb / 1024:.0f} GB",
         "reckoned"),
        ("download at 100 Mbit/s", f"{BYTES * 8 / 1e8 / 60:.0f} min", "reckoned"),
        ("claims files", f"{stored / records * RECORDS / 1e9:.1f} GB",
         "reckoned, with as many kept"),
        ("cost of computing", f"{hours * price:.2f}",
         f"reckoned, a core for {price} an hour (assumed)"),
    ):  # fmt: skip
        shown.add_row(*line)
    Console(width=110).print(shown)


if __name__ == "__main__":
    typer.run(main)
