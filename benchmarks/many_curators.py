"""Many curators at once, while a refresh writes: what is lost, and how long it takes.

`python -m benchmarks.many_curators` decides 5,000 claims: 25 curators on a PostgreSQL
server that it starts itself, or with `--sqlite` 5 of them on a SQLite file.
"""

import statistics
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from evidence.database import create_database
from evidence.protocol import load
from evidence.verification import verify
from tests.curation.review.crowd import Crowd, decide_all, fill, kept
from tests.curation.review.team import Team
from tests.places import MIGRAINE
from tests.postgresql import programs, running


@contextmanager
def address(sqlite: bool) -> Iterator[str]:
    """Yield the address of an empty database."""
    if sqlite:
        with tempfile.TemporaryDirectory() as folder:
            yield f"sqlite:///{Path(folder) / 'evidence.sqlite'}"
        return
    found = programs()
    if found is None:
        sys.exit("PostgreSQL is not installed")
    with running(found) as server:
        yield server.url(server.create())


def main(
    decisions: Annotated[int, typer.Option(help="How many are taken.")] = 5_000,
    sqlite: Annotated[bool, typer.Option("--sqlite", help="On SQLite.")] = False,
) -> None:
    """Print one table; end with 1 where a decision was lost, doubled or refused."""
    with address(sqlite) as url:
        database = create_database(url, load(MIGRAINE))
        team, crowd = Team(database), Crowd()
        claims = fill(database, decisions)
        names = [f"curator {n}" for n in range(5 if sqlite else 25)]
        decide_all(team, {name: team.enter(name) for name in names}, claims, crowd)
        stored = [(d.subject_id, d.curator) for d in kept(database, claims)]
        with database.read() as session:
            problems = list(verify(database, session))
        database.close()
    percentiles = statistics.quantiles(crowd.seconds, n=100)
    rows = {
        "database": "SQLite" if sqlite else "PostgreSQL",
        "curators at once": len(names),
        "decisions confirmed": len(crowd.saved),
        "lost": len(set(crowd.saved) - set(stored)),
        "doubled": len(stored) - len(set(stored)),
        "conflicts": len(crowd.conflicts),
        "refused": len(crowd.refused),
        "told of a lock": sum("locked" in a.text for a in crowd.refused),
        "batches of a refresh meanwhile": crowd.refreshes,
        "problems that verify finds": len(problems),
        "median of a request, ms": round(percentiles[49] * 1000),
        "95th percentile, ms": round(percentiles[94] * 1000),
    }
    for name, value in rows.items():
        print(f"{name:32}{value}")  # noqa: T201  # it is what this program is for
    whole = sorted(stored) == sorted(crowd.saved) and len(stored) == decisions
    sys.exit(0 if whole and not problems else 1)


if __name__ == "__main__":
    typer.run(main)
