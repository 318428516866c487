"""The review page among many claims, beside an empty page of the same framework."""

import random
import shutil
import sqlite3
import statistics
from functools import partial
from pathlib import Path

from benchmarks.matrix import SUMMARY
from benchmarks.rows import Goal, Row
from benchmarks.scale import Scale
from benchmarks.serving import Visitor, running, serve_empty, serve_review, timed
from benchmarks.store import save, with_records
from tests.curation.review.browser import Form

SEEDS = 2_000
"""Claims that the product itself stores; the others are copies under other PMIDs."""

WARMING = 20
"""Pages asked for before the clock runs."""

MORE = (
    "a claim's page reads its paper, its cell, its history and its place in the queue"
)

# The alphabet of ids has no 0, 1, 8 and 9.
IDENTITY = (
    "'c' || replace(replace(replace(replace(printf('%012d', {}), '0', 'a'), '1', 'b'),"
    " '8', 'i'), '9', 'j')"
)


def copied(connection: sqlite3.Connection, table: str, changed: dict[str, str]) -> str:
    """Return the statement that copies a table's rows with some columns changed."""
    names = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
    columns = ", ".join(changed.get(name, f'old."{name}"') for name in names)
    listed = ", ".join(f'"{name}"' for name in names)
    return (
        "WITH RECURSIVE k(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM k "  # noqa: S608
        f"WHERE n < :copies) INSERT INTO {table} ({listed}) "
        f"SELECT {columns} FROM {table} AS old CROSS JOIN k"
    )


def fill(path: Path, count: int) -> Path:
    """Make a database of so many claims, each with its record and text."""
    if path.exists():
        return path
    part = path.with_name(f"part-{path.name}")
    database, found, run = with_records(part, SEEDS)
    save(database, found, run)
    database.close()
    copies = count // SEEDS - 1
    step = len(found)
    pmid = f"(old.pmid + k.n * {step})"
    draft = {c: f"json_set(old.{c}, '$.pmid', {pmid})" for c in ("draft", "proposal")}
    with sqlite3.connect(part) as connection:
        connection.execute("PRAGMA foreign_keys = OFF")
        connection.execute("PRAGMA synchronous = OFF")
        for table, changed in (
            ("record", {"pmid": pmid, "study": f"'pmid:' || {pmid}",
                        "document": f"json_set(old.document, '$.pmid', {pmid})"}),
            ("text", {"pmid": pmid}),
            ("claim", {"pmid": pmid, "fingerprint": "old.fingerprint || k.n", **draft,
                       "id": IDENTITY.format(f"old.rowid * {copies + 1} + k.n")}),
        ):  # fmt: skip
            connection.execute(copied(connection, table, changed), {"copies": copies})
        connection.execute("DELETE FROM cell")
        connection.execute(SUMMARY)
        connection.execute("ANALYZE")
    connection.close()
    part.rename(path)
    return path


def pages(path: Path, times: int) -> tuple[float, float, float]:
    """Return the 95th percentiles of claim pages, decisions and empty pages, in ms.

    They are asked for in turn, so that a slow moment of the machine hits all three.
    """
    with sqlite3.connect(path) as connection:
        ids = [row[0] for row in connection.execute("SELECT id FROM claim")]
    connection.close()
    chosen = random.Random(7).sample(ids, 2 * times + WARMING)
    took: dict[str, list[float]] = {"page": [], "decision": [], "empty": []}
    with (
        running(serve_review, path) as address,
        running(serve_empty) as nothing,
    ):
        curator, visitor = Visitor(address), Visitor(nothing)
        assert curator.enter().status == 303
        for claim in chosen[:WARMING]:
            assert curator.get(f"/claims/{claim}").status == 200
            assert visitor.enter().status == 200
        shown = chosen[WARMING : times + WARMING]
        for claim, other in zip(shown, chosen[times + WARMING :], strict=True):
            form = curator.get(f"/claims/{other}").form("decision")
            values = form.values | {"action": "accept"}
            took["empty"].append(timed(visitor.enter))
            took["page"].append(timed(partial(curator.get, f"/claims/{claim}")))
            took["decision"].append(timed(partial(accept, curator, form, values)))
    page, decision, empty = (
        statistics.quantiles(took[name], n=20)[-1] for name in took
    )
    return page, decision, empty


def accept(curator: Visitor, form: Form, values: dict[str, str]) -> None:
    """Send a decision, without the page that the browser is led to."""
    answer = curator.submit(form.action, values)
    assert answer.status == 303, answer.text


def run(scale: Scale) -> list[Row]:
    """Measure in one process, on copies, so that every run decides on the same."""
    sizes = (4_000, 20_000) if scale.quick else (100_000, 1_000_000)
    times = 60 if scale.quick else 300
    rows: list[Row] = []
    page: dict[int, float] = {}
    decision: dict[int, float] = {}
    for count in sizes:
        made = fill(scale.folder / f"review-{count}.sqlite", count)
        copy = scale.folder / "review.sqlite"
        shutil.copyfile(made, copy)
        page[count], decision[count], empty = pages(copy, times)
        for suffix in ("", "-wal", "-shm"):
            copy.with_name(copy.name + suffix).unlink(missing_ok=True)
        for what, taken in (("claim page", page), ("decision", decision)):
            rows.append(
                Row(f"{what}, p95, {count:,} claims", taken[count], empty,
                    "an empty FastAPI page", "ms", Goal(5, slack=scale.slack), MORE)
            )  # fmt: skip
    few, many = sizes
    return rows + [
        Row(f"{what}, p95, {many:,} claims", taken[many], taken[few],
            f"ours, {few:,} claims", "ms", Goal(1.5, slack=scale.slack))
        for what, taken in (("claim page", page), ("decision", decision))
    ]  # fmt: skip
