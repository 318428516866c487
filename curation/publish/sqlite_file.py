"""The downloads as one SQLite file, the same bytes for the same rows."""

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from curation.publish.data_dictionary import CELL_FIELDS, CLAIM_FIELDS, DataField
from evidence.protocol import Protocol

_NESTED = ("findings", "reviews", "listed", "assertions", "statement")
_STATEMENT_COLUMNS = (
    *("text", "certainty", "judgements", "upgraded", "author", "written_at"),
    *("approved_by", "approved_at", "sentence", "claims", "claims_version"),
    *("stale", "came", "left", "changed"),
)
_FINDING_COLUMNS = (
    "study",
    "comparator_class",
    "band",
    "vote",
    "design",
    "population",
    "target",
    "n",
    "year",
    "turned",
    "comparators",
    "claims",
)


def sqlite_file(
    about: Mapping[str, Any],
    claims: Sequence[Mapping[str, Any]],
    cells: Sequence[Mapping[str, Any]],
    protocol: Protocol,
) -> bytes:
    """Return the file's bytes. It is written in memory, in one transaction."""
    database = sqlite3.connect(":memory:")
    try:
        _create(database)
        with database:
            _insert(database, "about", ("key", "value"), _about(about))
            _insert_rows(database, "claims", CLAIM_FIELDS, claims)
            flat = [f for f in CELL_FIELDS if f.name not in _NESTED]
            _insert_rows(database, "cells", flat, cells)
            _insert(
                database,
                "findings",
                ("treatment", "domain", "role", "apart", *_FINDING_COLUMNS),
                _findings(cells),
            )
            _insert(
                database,
                "assertions",
                ("id", "treatment", "domain", "role", "stance", "matching", "summary"),
                (
                    (
                        a.id,
                        a.treatment,
                        a.domain,
                        a.role,
                        a.stance,
                        a.matching,
                        a.summary,
                    )
                    for a in protocol.assertions.values()
                ),
            )
            _insert(
                database,
                "statements",
                ("treatment", "domain", "role", *_STATEMENT_COLUMNS),
                (
                    [c["treatment"], c["domain"], c["role"]]
                    + [c["statement"][column] for column in _STATEMENT_COLUMNS]
                    for c in cells
                    if c["statement"] is not None
                ),
            )
            for name, rows in (
                ("treatments", protocol.treatments),
                ("domains", protocol.domains),
            ):
                pairs = ((row.id, row.label) for row in rows.values())
                _insert(database, name, ("id", "label"), pairs)
        return bytes(database.serialize())
    finally:
        database.close()


def _create(database: sqlite3.Connection) -> None:
    database.execute("CREATE TABLE about (key TEXT PRIMARY KEY, value TEXT)")
    flat = [f for f in CELL_FIELDS if f.name not in _NESTED]
    database.execute(f"CREATE TABLE claims ({_columns(CLAIM_FIELDS)})")
    database.execute(f"CREATE TABLE cells ({_columns(flat)})")
    finding = ", ".join(
        f"{name} {'INTEGER' if name in ('target', 'n', 'year', 'turned') else 'TEXT'}"
        for name in _FINDING_COLUMNS
    )
    database.execute(
        "CREATE TABLE findings (treatment TEXT, domain TEXT, role TEXT, "
        f"apart INTEGER, {finding})"
    )
    database.execute(
        "CREATE TABLE assertions (id TEXT PRIMARY KEY, treatment TEXT, domain TEXT, "
        "role TEXT, stance TEXT, matching INTEGER, summary TEXT)"
    )
    whole = ("stale", "came", "left", "changed")
    columns = ", ".join(
        f'"{name}" {"INTEGER" if name in whole else "TEXT"}'
        for name in _STATEMENT_COLUMNS
    )
    database.execute(
        f"CREATE TABLE statements (treatment TEXT, domain TEXT, role TEXT, {columns})"
    )
    database.execute("CREATE TABLE treatments (id TEXT PRIMARY KEY, label TEXT)")
    database.execute("CREATE TABLE domains (id TEXT PRIMARY KEY, label TEXT)")


def _columns(fields: Iterable[DataField]) -> str:
    columns = []
    for field in fields:
        kind = field.type.get("type", "string")
        kinds = kind if isinstance(kind, list) else [kind]
        if "integer" in kinds or "boolean" in kinds:
            columns.append(f'"{field.name}" INTEGER')
        elif "number" in kinds:
            columns.append(f'"{field.name}" REAL')
        else:
            columns.append(f'"{field.name}" TEXT')
    return ", ".join(columns)


def _insert_rows(
    database: sqlite3.Connection,
    table: str,
    fields: Sequence[DataField],
    rows: Iterable[Mapping[str, Any]],
) -> None:
    names = [field.name for field in fields]
    _insert(database, table, names, ([row[n] for n in names] for row in rows))


def _insert(
    database: sqlite3.Connection,
    table: str,
    names: Sequence[str],
    rows: Iterable[Iterable[Any]],
) -> None:
    quoted = ", ".join(f'"{name}"' for name in names)
    marks = ", ".join("?" * len(names))
    # Table and columns are this module's own words; only values come from records.
    statement = f"INSERT INTO {table} ({quoted}) VALUES ({marks})"  # noqa: S608
    database.executemany(statement, ([_value(v) for v in row] for row in rows))


def _findings(cells: Iterable[Mapping[str, Any]]) -> Iterable[list[Any]]:
    for cell in cells:
        for apart, name in enumerate(("findings", "reviews")):
            for finding in cell[name]:
                keys = [cell["treatment"], cell["domain"], cell["role"], apart]
                yield keys + [finding[column] for column in _FINDING_COLUMNS]


def _about(about: Mapping[str, Any]) -> Iterable[tuple[str, Any]]:
    return ((key, value) for key, value in about.items())


def _value(value: Any) -> Any:
    if isinstance(value, list | dict | tuple):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, bool):
        return int(value)
    return str(value) if isinstance(value, str) else value
