"""Storing claims: ours checks, matches, mints ids and keeps the cells; peers insert."""

import json
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from sqlmodel import Session, select

from benchmarks.findings import EXTRACTOR, readings
from benchmarks.measuring import Prepared, measure
from benchmarks.rows import Goal, Row
from benchmarks.scale import Scale
from curation.cli.app import protocol
from evidence.database import Database, create_database, sqlite_url
from evidence.decisions import Action, Decision, SubjectKind
from evidence.library import RunKind
from evidence.models import ClaimRow
from evidence.records import Record
from evidence.schema import METADATA
from evidence.store import runs
from evidence.store.claims import save_drafts
from evidence.store.decisions import append_decisions
from evidence.store.inserting import new_row
from evidence.store.records import save_records
from evidence.types import Draft

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
AT_ONCE = 500
Readings = list[tuple[Record, list[Draft]]]


def parts(found: Readings) -> Iterator[Readings]:
    """Yield records with their claims as many at a time as one transaction takes."""
    for start in range(0, len(found), AT_ONCE):
        yield found[start : start + AT_ONCE]


def with_records(path: Path, count: int) -> tuple[Database, Readings, int]:
    """Make a database that holds the records of `count` claims, and no claim."""
    for old in path.parent.glob(f"{path.name}*"):
        old.unlink()
    database = create_database(sqlite_url(path), protocol())
    found = list(readings(database.protocol, count))
    with database.write() as session:
        run = runs.begin(session, RunKind.EXTRACT, NOON, {})
    for part in parts(found):
        with database.write() as session:
            save_records(database, session, [r for r, _ in part], run=run, at=NOON)
    return database, found, run


def save(database: Database, found: Readings, run: int) -> int:
    """Store claims as the product does; return how many were new."""
    new = 0
    for part in parts(found):
        with database.write() as session:
            new += save_drafts(
                database, session, part, extractor=EXTRACTOR, run=run
            ).new
    return new


def ours(path: Path, count: int) -> Prepared:
    """Store claims that are new."""
    database, found, run = with_records(path, count)
    return lambda: save(database, found, run)


def again(path: Path, count: int) -> Prepared:
    """Store claims that are stored already; nothing may be written."""
    database, found, run = with_records(path, count)
    save(database, found, run)
    return lambda: save(database, found, run)


def add_all(path: Path, count: int) -> Prepared:
    """Insert the same rows, ready made, as SQLModel's manual does."""
    database, found, run = with_records(path, count)
    rows = [
        [new_row(d, run, f"c{d.pmid}-{i}") for _, ds in part for i, d in enumerate(ds)]
        for part in parts(found)
    ]

    def work() -> int:
        for part in rows:
            with Session(database.engine) as session:
                session.add_all([ClaimRow(**row) for row in part])
                session.commit()
        return count

    return work


def executemany(path: Path, count: int) -> Prepared:
    """Insert the same rows, ready made, with no library at all."""
    database, found, run = with_records(path, count)
    rows = [
        [new_row(d, run, f"c{d.pmid}-{i}") for _, ds in part for i, d in enumerate(ds)]
        for part in parts(found)
    ]
    database.close()
    names = list(rows[0][0])
    marks = ", ".join(f":{name}" for name in names)
    statement = f"INSERT INTO claim ({', '.join(names)}) VALUES ({marks})"  # noqa: S608

    def work() -> int:
        connection = sqlite3.connect(path)
        connection.execute("PRAGMA synchronous = NORMAL")
        for part in rows:
            with connection:
                connection.executemany(statement, part)
        return count

    return work


def decide(path: Path, count: int) -> Prepared:
    """Accept claims, a hundred a transaction, as an import of a ledger does."""
    database, found, run = with_records(path, count)
    save(database, found, run)
    with database.read() as session:
        claims = session.exec(select(ClaimRow.id, ClaimRow.draft)).all()

    made = [
        Decision(
            subject_kind=SubjectKind.CLAIM,
            subject_id=claim,
            action=Action.ACCEPT,
            curator="alice",
            at=NOON,
            snapshot=json.loads(draft),
        )
        for claim, draft in claims[:2000]
    ]

    def work() -> int:
        for start in range(0, len(made), 100):
            with database.write() as session:
                append_decisions(database, session, made[start : start + 100], at=NOON)
        return len(made)

    return work


def run(scale: Scale) -> list[Row]:
    """Measure new claims, known claims and decisions."""
    count = 8_000 if scale.quick else 50_000
    sizes = {"decisions, few claims": count // 4, "decisions, many claims": count}
    found = measure(
        {
            name: (contender, (scale.folder / f"store-{i}.sqlite", size))
            for i, (name, contender, size) in enumerate(
                [
                    ("ours", ours, count),
                    ("again", again, count),
                    ("add_all", add_all, count),
                    ("executemany", executemany, count),
                    *((name, decide, size) for name, size in sizes.items()),
                ]
            )
        },
        3 if scale.quick else 2,
    )
    assert found["ours"].result == count
    assert found["again"].result == 0, "an unchanged re-run stored something"
    unit = "claims/CPU s"
    speed = {name: count / sample.cpu for name, sample in found.items()}
    few, many = (2000 / found[name].cpu for name in sizes)
    table = METADATA.tables["claim"]
    return [
        Row(f"store {count} new claims", speed["ours"], speed["add_all"],
            "SQLModel add_all", unit, Goal(8, at_least=True, slack=scale.slack),
            "the floor, sqlite3 alone, is only the next line's multiple of add_all: "
            f"a claim has {len(table.columns)} columns, {len(table.indexes)} indexes"),
        Row(f"insert {count} rows", speed["executemany"], speed["add_all"],
            "SQLModel add_all", unit),
        Row(f"store {count} new claims", speed["ours"], speed["executemany"],
            "sqlite3 executemany (floor)", unit,
            Goal(0.35, at_least=True, slack=scale.slack)),
        Row(f"store {count} known claims", speed["again"], speed["add_all"],
            "SQLModel add_all", unit, Goal(8, at_least=True, slack=scale.slack)),
        Row("2,000 decisions, four times the claims", many, few,
            f"the same among {count // 4:,}", "decisions/CPU s",
            Goal(0.7, at_least=True, slack=scale.slack)),
    ]  # fmt: skip
