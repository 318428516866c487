"""A database moved whole between SQLite and PostgreSQL: every row, id and hash."""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from sqlalchemy import Row, Table, delete, func, insert, inspect, select
from sqlmodel import Session

from evidence.database import Database
from evidence.errors import DatabaseError
from evidence.schema import METADATA
from evidence.verification import verify

OF_OTHERS = frozenset({"claim_count"})
"""Tables that the database fills by itself from others; `verify` compares them."""

BATCH = 500
"""Rows that are held in memory at once."""

OF_ITSELF = frozenset({"meta"})
"""Tables in which a database that was only just made holds something."""


def copy_database(
    source: Database, target: Database, tell: Callable[[int], None] = lambda _: None
) -> dict[str, int]:
    """Copy one moment of a database into an empty one, and prove the copy.

    Parameters
    ----------
    source
        What is copied; others may go on writing to it.
    target
        A database of the same protocol that holds nothing yet.
    tell
        Told how many more rows are copied.

    Returns
    -------
    dict
        How many rows each table holds.

    Raises
    ------
    DatabaseError
        Where the target holds something, or the copy is not what was copied. Then
        the target stays empty.
    """
    counts = {}
    with source.read() as held, target.write() as made:
        refuse_full(target, made)
        _refuse_unknown(target, made)
        for name in OF_ITSELF:
            made.execute(delete(METADATA.tables[name]))
        for table in _copied():
            counts[table.name], digest = copy_table(table, held, made, tell)
            if digest != _digest(table, made):
                raise DatabaseError(
                    f"{target.address}: table {table.name} is not what was copied; "
                    "nothing was kept there"
                )
        count_on(target, made)
        problems = list(verify(target, made))
        if problems:
            raise DatabaseError(
                f"{source.address} breaks {len(problems)} promises, the first: "
                f"{problems[0]}; nothing was copied. Run `curation verify` on it"
            )
    return counts


def rows_of(database: Database) -> int:
    """Return how many rows there are to copy."""
    with database.read() as session:
        return sum(_size(session, table) for table in _copied())


def _copied() -> list[Table]:
    return [t for t in METADATA.sorted_tables if t.name not in OF_OTHERS]


def refuse_full(target: Database, session: Session) -> None:
    """Refuse a target that holds more than what every new database holds.

    Raises
    ------
    DatabaseError
        Naming the first table that holds something.
    """
    for table in METADATA.sorted_tables:
        if table.name not in OF_ITSELF and _size(session, table):
            raise DatabaseError(
                f"{target.address} holds rows in {table.name} already; nothing was "
                "copied. Choose an empty database"
            )


def _refuse_unknown(target: Database, session: Session) -> None:
    """Refuse to lose a table that this module was not told of."""
    tables = set(inspect(session.connection()).get_table_names())
    unknown = tables - METADATA.tables.keys() - {"alembic_version"}
    if unknown:
        raise DatabaseError(
            f"{target.address} has tables that cannot be copied: "
            f"{', '.join(sorted(unknown))}; report this, please"
        )


def _size(session: Session, table: Table) -> int:
    return int(session.execute(select(func.count()).select_from(table)).scalar_one())


def rows_in(table: Table, session: Session) -> Iterator[Sequence[Row[Any]]]:
    """Yield the rows of a table, some at a time, in the order of its key."""
    ordered = select(table).order_by(*table.primary_key.columns)
    with session.execute(ordered.execution_options(yield_per=BATCH)) as found:
        yield from found.partitions()


def copy_table(
    table: Table,
    held: Session,
    made: Session,
    tell: Callable[[int], None] = lambda _: None,
) -> tuple[int, str]:
    """Copy a table; return how many rows it has, and the digest of all of them."""
    count, digest = 0, hashlib.sha256()
    for rows in rows_in(table, held):
        made.execute(insert(table), [dict(row._mapping) for row in rows])
        for row in rows:
            digest.update(repr(tuple(row)).encode())
        count += len(rows)
        tell(len(rows))
    return count, digest.hexdigest()


def _digest(table: Table, session: Session) -> str:
    digest = hashlib.sha256()
    for rows in rows_in(table, session):
        for row in rows:
            digest.update(repr(tuple(row)).encode())
    return digest.hexdigest()


def count_on(target: Database, session: Session) -> None:
    """Let PostgreSQL give out numbers after the highest that was copied."""
    if not target.is_shared:
        # SQLite goes on from the highest by itself.
        return
    for table in METADATA.sorted_tables:
        column = table.autoincrement_column
        if column is None:
            continue
        name = session.execute(
            select(func.pg_get_serial_sequence(table.name, column.name))
        ).scalar()
        highest = session.execute(select(func.max(column))).scalar()
        if name is not None and highest is not None:
            session.execute(select(func.setval(name, highest)))
