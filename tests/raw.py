"""A database as a program sees it that knows nothing of us."""

from typing import Any

from evidence.database import Database


def rows(database: Database, statement: str) -> list[tuple[Any, ...]]:
    """Return what a statement finds."""
    with database.engine.connect() as connection:
        return [tuple(row) for row in connection.exec_driver_sql(statement)]


def spoil(database: Database, *statements: str) -> None:
    """Change a database past all that protects it."""
    with database.engine.begin() as connection:
        if database.is_shared:
            # As replication would: no link between tables is looked at.
            connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
        for statement in statements:
            connection.exec_driver_sql(statement)
