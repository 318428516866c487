"""How the command line talks: progress on standard error, results on standard out."""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from rich.console import Console, JustifyMethod
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
)
from rich.table import Table
from rich.text import Text

talk = Console(stderr=True, highlight=False)
result = Console(highlight=False, soft_wrap=True)


@contextmanager
def progress(what: str, total: int | None = None) -> Iterator[Callable[[int], None]]:
    """Show a bar on a terminal while work is done; silent in a log file.

    Parameters
    ----------
    what
        What is being done, as a short phrase.
    total
        How many steps there are, where that is known.
    """
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(
        *columns, console=talk, transient=True, disable=not talk.is_terminal
    ) as bar:
        task = bar.add_task(what, total=total)
        yield lambda steps: bar.advance(task, steps)


@contextmanager
def stages() -> Iterator[Callable[[str, int, int | None], None]]:
    """Show the stages of a longer piece of work, one after the other."""
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(
        *columns, console=talk, transient=True, disable=not talk.is_terminal
    ) as bar:
        task = bar.add_task("", total=None)

        def tell(stage: str, done: int, total: int | None) -> None:
            of = f" of {total}" if total else ""
            bar.update(task, description=f"{stage} {done}{of}" if done else stage)

        yield tell


def say(text: str) -> None:
    """Tell what happened, on standard error."""
    # A path that is broken over two lines can be neither opened nor copied.
    talk.print(text, markup=False, soft_wrap=True)


def error(text: str) -> None:
    """Tell what went wrong, on one line, with no control characters."""
    printable = "".join(c if c.isprintable() else " " for c in text)
    line = " ".join(printable.split()).encode(errors="replace").decode()
    sys.stderr.write(f"error: {line}\n")


def emit(text: str) -> None:
    """Write a line of the result."""
    sys.stdout.write(text + "\n")


def emit_json(value: Any) -> None:
    """Write the result as JSON for a program."""
    emit(json.dumps(value, ensure_ascii=False, indent=2))


def table(title: str, columns: tuple[str, ...], rows: list[tuple[Any, ...]]) -> None:
    """Write the result as a table for a person."""
    drawn = Table(title=title, title_justify="left", show_edge=False, pad_edge=False)
    for column in columns:
        numeric = all(isinstance(row[columns.index(column)], int) for row in rows)
        justify: JustifyMethod = "right" if rows and numeric else "left"
        # Too long a word goes on in the next line: an address is not to be cut.
        drawn.add_column(column, justify=justify, overflow="fold")
    for row in rows:
        # As text: what stands in square brackets is a title's, not our markup.
        drawn.add_row(*(Text("" if value is None else str(value)) for value in row))
    result.print(drawn)
