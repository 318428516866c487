"""The review page among many claims, beside an empty page of the same framework."""

import random
import shutil
import sqlite3
import statistics
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from fastapi import FastAPI
from fastapi.responses import HTMLResponse

from benchmarks.matrix import SUMMARY
from benchmarks.rows import Goal, Row
from benchmarks.scale import Scale
from benchmarks.store import save, with_records
from curation.cli.app import protocol
from curation.review.access import Access
from curation.review.app import create_app
from evidence.database import open_database, sqlite_url
from evidence.decisions import CuratorRole
from tests.curation.review.browser import PORT, Browser

SEEDS = 2_000
"""Claims that the product itself stores; the others are copies under other PMIDs."""

MORE = (
    "asked in one process, without a server, an empty page costs next to nothing; "
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


def slow(requests: Sequence[Callable[[], object]]) -> float:
    """Return the 95th percentile of some requests, in milliseconds of CPU time."""
    taken = []
    for request in requests:
        began = time.process_time()
        request()
        taken.append(time.process_time() - began)
    return 1000 * statistics.quantiles(taken, n=20)[-1]


def empty() -> Callable[[], object]:
    """Return a request of a page that says nothing."""
    app = FastAPI()

    @app.get("/")
    def page() -> HTMLResponse:
        return HTMLResponse("<!doctype html><title>empty</title>")

    return lambda: Browser(app).get("/")


def ours(path: Path, times: int) -> tuple[float, float]:
    """Return the 95th percentiles of claim pages, and of decisions, in ms."""
    database = open_database(sqlite_url(path), protocol())
    access = Access(PORT, "alice", CuratorRole.CURATOR)
    browser = Browser(create_app(database, access=access))
    browser.get(f"/enter?token={access.token}")
    with sqlite3.connect(path) as connection:
        ids = [row[0] for row in connection.execute("SELECT id FROM claim")]
    connection.close()
    chosen = random.Random(7).sample(ids, 2 * times + 5)
    for claim in chosen[:5]:
        assert browser.get(f"/claims/{claim}").status == 200
    shown = slow([partial(browser.get, f"/claims/{c}") for c in chosen[5 : times + 5]])
    posts = []
    for claim in chosen[times + 5 :]:
        form = browser.get(f"/claims/{claim}").form("decision")
        values = form.values | {"action": "accept"}
        posts.append(partial(accept, browser, form.action, values))
    decided = slow(posts)
    database.close()
    return shown, decided


def accept(browser: Browser, action: str, values: dict[str, str]) -> None:
    """Send a decision, without the page that the browser is led to."""
    answer = browser.submit(action, values)
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
        request = empty()
        request()
        nothing = slow([request] * times)
        page[count], decision[count] = ours(copy, times)
        for suffix in ("", "-wal", "-shm"):
            copy.with_name(copy.name + suffix).unlink(missing_ok=True)
        for what, taken in (("claim page", page), ("decision", decision)):
            rows.append(
                Row(f"{what}, p95, {count:,} claims", taken[count], nothing,
                    "an empty FastAPI page", "CPU ms", Goal(5, slack=scale.slack), MORE)
            )  # fmt: skip
    few, many = sizes
    return rows + [
        Row(f"{what}, p95, {many:,} claims", taken[many], taken[few],
            f"ours, {few:,} claims", "CPU ms", Goal(1.5, slack=scale.slack))
        for what, taken in (("claim page", page), ("decision", decision))
    ]  # fmt: skip
