"""Every cell at once: from the kept summary, beside counting the claims."""

import json
import sqlite3
import statistics
import time
from collections.abc import Callable
from contextlib import closing, nullcontext
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from benchmarks.rows import Goal, Row
from benchmarks.scale import Scale
from curation.cli.app import protocol
from evidence.database import Database, create_database, sqlite_url
from evidence.queries.library import cells
from tests.postgresql import programs, running

TREATMENTS = 30
"""As many rows as a map of what was studied has; every domain is a column."""

COLUMNS = """
INSERT INTO claim (
  id, pmid, fingerprint, field, text_sha256, start_offset, end_offset, treatment,
  comparator, domain, role, direction, statement, species, confidence, extractor,
  status, design, draft, proposal, curators, decided_at, tombstone, created_run)
SELECT 'c' || n, 1 + n / 4, 'f' || n, 'abstract', 's', 0, 9, {treatment},
  'placebo', {domain}, 'outcome', {direction},
  'own_result', 'human', 0.5, 'x', 'proposed', 'randomised', '{{}}', '{{}}', '[]',
  NULL, NULL, 1
FROM {numbers}
"""

COUNTING = (
    "WITH RECURSIVE i(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM i WHERE n < {count}) "
)

SUMMARY = """
INSERT INTO cell (treatment, domain, role, body, unreviewed, rejected, background,
  withdrawn, retracted)
SELECT treatment, domain, role, '', count(*), 0, 0, 0, 0 FROM claim
GROUP BY treatment, domain, role
"""

COUNT = (
    "SELECT treatment, domain, role, direction, count(*) FROM claim "
    "WHERE status = 'proposed' GROUP BY treatment, domain, role, direction"
)
DIRECTIONS = ("improves", "worsens", "mixed", "no_clear_difference")


def _bulk(database: Database, count: int) -> str:
    """Return the statement that makes `count` claims, each cell as likely as another.

    By SQL alone: reading is measured here.
    """
    protocol = database.protocol
    words = {
        "treatment": sorted(protocol.treatments)[:TREATMENTS],
        "domain": sorted(protocol.domains),
        "direction": DIRECTIONS,
    }
    if database.is_shared:
        picked = {
            name: "(ARRAY[{}])[1 + floor(random() * {})::int]".format(
                ", ".join(f"'{word}'" for word in of), len(of)
            )
            for name, of in words.items()
        }
        numbers = f"generate_series(1, {count}) AS numbers (n)"
        return COLUMNS.format(**picked, numbers=numbers)
    picked = {
        name: f"json_extract('{json.dumps(of)}', "
        f"'$[' || (abs(random()) % {len(of)}) || ']')"
        for name, of in words.items()
    }
    return COUNTING.format(count=count) + COLUMNS.format(**picked, numbers="i")


def fill(url: str, count: int) -> Database:
    """Make a database of `count` claims without links and counters: none is read."""
    database = create_database(url, protocol())
    steps = (_bulk(database, count), SUMMARY)
    if database.is_shared:
        with database.write() as session:
            connection = session.connection()
            for step in ("SET LOCAL session_replication_role = replica", *steps):
                connection.exec_driver_sql(step)
        return database
    with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as plain, plain:
        for step in ("DROP TRIGGER claim_count_insert", *steps):
            plain.execute(step)
    return database


def milliseconds(work: Callable[[], Any], times: int) -> float:
    """Return the median time of a call, after one to warm up."""
    work()
    taken = []
    for _ in range(times):
        before = time.perf_counter()
        work()
        taken.append(time.perf_counter() - before)
    return statistics.median(taken) * 1000


def run(scale: Scale) -> list[Row]:
    """Measure at growing sizes; ours must not grow."""
    sizes = (
        (10_000, 100_000) if scale.quick else (10_000, 100_000, 1_000_000, 5_000_000)
    )
    rows = []
    found = programs()
    with running(found) if found else nullcontext(None) as server:
        for engine in ("SQLite", "PostgreSQL") if server else ("SQLite",):
            ours: dict[int, float] = {}
            for count in sizes:
                path = scale.folder / f"matrix-{count}.sqlite"
                url = sqlite_url(path)
                if server and engine == "PostgreSQL":
                    url = server.url(server.create())
                database = fill(url, count)
                ours[count], peers = _measured(database, scale)
                database.close()
                path.unlink(missing_ok=True)
                rows += [
                    Row(f"all cells, {count:,} claims, {engine}", ours[count], taken,
                        name, "ms")
                    for name, taken in peers.items()
                ]  # fmt: skip
            few, many = sizes[0], sizes[-1]
            rows.append(
                Row(f"all cells, {many:,} claims, {engine}", ours[many], ours[few],
                    f"ours, {few:,} claims", "ms", Goal(2, slack=scale.slack))
            )  # fmt: skip
            if not scale.quick:
                million = ours[1_000_000]
                rows.append(
                    Row(f"all cells, 1,000,000 claims, {engine}", million, 10, "bound",
                        "ms", Goal(1))
                )  # fmt: skip
    return rows


def _measured(database: Database, scale: Scale) -> tuple[float, dict[str, float]]:
    """Return our time, and the times of those who count the claims."""

    def read() -> int:
        with database.read() as session:
            return len(cells(session))

    ours = milliseconds(read, 15)
    with database.read() as session:
        connection = session.connection()
        peers = {
            "plain GROUP BY": milliseconds(
                lambda: connection.exec_driver_sql(COUNT).fetchall(), 3
            )
        }
        if not database.is_shared:
            peers["DuckDB"] = _duck(connection, scale.folder / "matrix.csv")
    return ours, peers


def _duck(connection: Connection, copy: Path) -> float:
    import duckdb

    with copy.open("w", encoding="utf-8") as lines:
        for row in connection.exec_driver_sql(
            "SELECT treatment, domain, role, direction, status FROM claim"
        ):
            lines.write(",".join(row) + "\n")
    duck = duckdb.connect()
    duck.execute(
        "CREATE TABLE claim (treatment TEXT, domain TEXT, role TEXT, "
        "direction TEXT, status TEXT)"
    )
    duck.execute(f"COPY claim FROM '{copy}' (HEADER false)")
    taken = milliseconds(lambda: duck.execute(COUNT).fetchall(), 5)
    duck.close()
    copy.unlink()
    return taken
