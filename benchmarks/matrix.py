"""Every cell at once: from the kept summary, beside counting the claims."""

import json
import sqlite3
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.rows import Goal, Row
from benchmarks.scale import Scale
from curation.cli.app import protocol
from evidence.database import create_database, open_database, sqlite_url
from evidence.queries.library import cells

TREATMENTS = 30
"""As many rows as a map of what was studied has; every domain is a column."""

BULK = """
WITH RECURSIVE i(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM i WHERE n < :count)
INSERT INTO claim (
  id, pmid, fingerprint, field, text_sha256, start_offset, end_offset, treatment,
  comparator, domain, role, direction, statement, species, confidence, extractor,
  status, design, draft, proposal, curators, decided_at, tombstone, created_run)
SELECT 'c' || n, 1 + n / 4, 'f' || n, 'abstract', 's', 0, 9,
  json_extract(:treatments, '$[' || (abs(random()) % :rows) || ']'),
  'placebo',
  json_extract(:domains, '$[' || (abs(random()) % :columns) || ']'),
  'outcome',
  json_extract(:directions, '$[' || (abs(random()) % 4) || ']'),
  'own_result', 'human', 0.5, 'x', 'proposed', 'randomised', '{}', '{}', '[]',
  NULL, NULL, 1
FROM i
"""

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


def fill(path: Path, count: int) -> None:
    """Make a database of `count` claims, by SQL alone: reading is measured here."""
    for old in path.parent.glob(f"{path.name}*"):
        old.unlink()
    database = create_database(sqlite_url(path), protocol())
    domains = sorted(database.protocol.domains)
    treatments = sorted(database.protocol.treatments)[:TREATMENTS]
    database.close()
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA foreign_keys = OFF")
        connection.execute(
            BULK,
            {
                "count": count,
                "treatments": json.dumps(treatments),
                "domains": json.dumps(domains),
                "directions": json.dumps(
                    ["improves", "worsens", "mixed", "no_clear_difference"]
                ),
                "rows": len(treatments),
                "columns": len(domains),
            },
        )
        connection.execute(SUMMARY)
    connection.close()


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
    import duckdb

    sizes = (
        (10_000, 100_000) if scale.quick else (10_000, 100_000, 1_000_000, 5_000_000)
    )
    rows: list[Row] = []
    ours: dict[int, float] = {}
    for count in sizes:
        path = scale.folder / f"matrix-{count}.sqlite"
        fill(path, count)
        database = open_database(sqlite_url(path), protocol())

        def read(database: Any = database) -> int:
            with database.read() as session:
                return len(cells(session))

        ours[count] = milliseconds(read, 15)
        database.close()
        plain = sqlite3.connect(path)
        grouped = milliseconds(lambda p=plain: p.execute(COUNT).fetchall(), 3)
        columns = plain.execute(
            "SELECT treatment, domain, role, direction, status FROM claim"
        )
        duck = duckdb.connect()
        duck.execute(
            "CREATE TABLE claim (treatment TEXT, domain TEXT, role TEXT, "
            "direction TEXT, status TEXT)"
        )
        frame = columns.fetchall()
        copy = scale.folder / "matrix.csv"
        copy.write_text("\n".join(",".join(row) for row in frame), encoding="utf-8")
        del frame
        duck.execute(f"COPY claim FROM '{copy}' (HEADER false)")
        ducks = milliseconds(lambda d=duck: d.execute(COUNT).fetchall(), 5)
        plain.close()
        duck.close()
        copy.unlink()
        path.unlink()
        size = f"all cells, {count:,} claims"
        rows += [
            Row(size, ours[count], grouped, "plain GROUP BY", "ms"),
            Row(size, ours[count], ducks, "DuckDB", "ms"),
        ]
    largest = sizes[-1]
    rows.append(
        Row(f"all cells, {largest:,} claims", ours[largest], ours[sizes[0]],
            f"ours, {sizes[0]:,} claims", "ms", Goal(2, slack=scale.slack))
    )  # fmt: skip
    if not scale.quick:
        rows.append(
            Row(
                "all cells, 1,000,000 claims",
                ours[1_000_000],
                10,
                "bound",
                "ms",
                Goal(1),
            )
        )
    return rows
