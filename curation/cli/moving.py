"""The verb that moves a whole database."""

from contextlib import closing
from pathlib import Path
from typing import Annotated

import typer

from curation import console
from curation.cli.app import app, protocol
from evidence.database import create_database, open_database, sqlite_url
from evidence.store.cells import keep_current

KINDS = "a SQLite file, or the address of a PostgreSQL database"


@app.command()
def copy(
    source: Annotated[str, typer.Argument(metavar="FROM", help=f"From: {KINDS}.")],
    target: Annotated[str, typer.Argument(metavar="TO", help="To: an empty one.")],
) -> None:
    """Copy a database whole, to or from PostgreSQL, and check it."""
    from evidence.copying import copy_database, rows_of

    one = protocol()
    with (
        closing(open_database(_address(source), one)) as held,
        closing(create_database(_address(target), one)) as made,
    ):
        keep_current(held)
        with console.progress("Copying", rows_of(held)) as tell:
            counts = copy_database(held, made, tell)
        rows = sum(counts.values())
        console.emit(f"{rows:,} rows of {len(counts)} tables in {made.address}")
        for table, count in sorted(counts.items()):
            console.say(f"{count:>9,} {table}")


def _address(place: str) -> str:
    return place if "://" in place else sqlite_url(Path(place).absolute())
