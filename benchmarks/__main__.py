"""`python -m benchmarks`: run them and print their tables."""

import importlib
import json
import os
import platform
import sys
import tempfile
import time
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from benchmarks.rows import Row, markdown, table
from benchmarks.scale import Scale

NAMES = ("parse", "extract", "store", "matrix", "refresh", "review", "mine", "publish")
PEERS = (
    "biopython",
    "pubmed-parser",
    "lxml",
    "edsnlp",
    "negspacy",
    "spacy",
    "sqlmodel",
    "duckdb",
    "mkdocs-material",
    "zensical",
    "fastapi",
    "distributed",
)

say = Console(stderr=True)


def machine() -> str:
    """Return what was measured on, and with which versions."""
    versions = []
    for name in PEERS:
        try:
            versions.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            versions.append(f"{name} absent")
    cores = len(os.sched_getaffinity(0))
    return (
        f"{datetime.now(UTC):%Y-%m-%d}, {platform.machine()}, {cores} cores, "
        f"Python {platform.python_version()}; {', '.join(versions)}"
    )


def main(
    names: Annotated[
        list[str] | None, typer.Argument(help="Which; all if none.")
    ] = None,
    quick: Annotated[bool, typer.Option("--quick", help="Small inputs.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Rows as JSON.")] = False,
    write: Annotated[
        Path | None, typer.Option(help="A Markdown file to write.")
    ] = None,
    folder: Annotated[Path | None, typer.Option(help="Where to make inputs.")] = None,
    corpus: Annotated[
        list[Path] | None, typer.Option(help="Real PubMed files.")
    ] = None,
    bulk: Annotated[list[Path] | None, typer.Option(help="Real papers, mixed.")] = None,
) -> None:
    """Measure ours beside its peers; exit 1 where a goal is newly missed."""
    chosen = names or list(NAMES)
    if unknown := set(chosen) - set(NAMES):
        raise typer.BadParameter(
            f"no benchmark {', '.join(unknown)}; there are {NAMES}"
        )
    parts = [
        "# Benchmarks\n",
        f"Made by `benchmarks/run{' --quick' * quick}`: {machine()}.\n",
    ]
    rows: list[Row] = []
    with tempfile.TemporaryDirectory() as temporary:
        scale = Scale(
            folder or Path(temporary), quick, tuple(corpus or ()), tuple(bulk or ())
        )
        scale.folder.mkdir(parents=True, exist_ok=True)
        for name in chosen:
            began = time.monotonic()
            found = importlib.import_module(f"benchmarks.{name}").run(scale)
            say.print(f"{name}: {time.monotonic() - began:.0f} s")
            rows += found
            parts += [f"## {name}\n", markdown(found)]
            if not as_json:
                Console(width=150).print(table(found, name))
            if write:
                # A long run that is broken off keeps what it measured.
                write.write_text("\n".join(parts), encoding="utf-8")
    if as_json:
        print(json.dumps([row.as_dict() for row in rows], indent=1))  # noqa: T201
    sys.exit(0 if all(row.ok or row.unmet for row in rows) else 1)


if __name__ == "__main__":
    typer.run(main)
