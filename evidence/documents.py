"""Values to JSON text and back, for the columns that hold a whole value."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import fields
from operator import attrgetter
from typing import Any

from pydantic import TypeAdapter

from evidence.cells import Cell, Waiting
from evidence.records import Record
from evidence.types import Draft, Role, canonical_json

_NAMES = tuple(sorted(field.name for field in fields(Draft)))
_values = attrgetter(*_NAMES)
_encode = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False).encode
_RECORD = TypeAdapter(Record)
_CELL = TypeAdapter(Cell)


def write_record(record: Record) -> str:
    """Return the record as JSON; equal records give equal text."""
    return canonical_json(_RECORD.dump_python(record, mode="json", exclude_none=True))


def read_record(document: str) -> Record:
    """Return the record that `write_record` wrote."""
    return _RECORD.validate_json(document)


def record_of(document: Mapping[str, Any]) -> Record:
    """Return the record of a document that is read from JSON already."""
    return _RECORD.validate_python(document)


def write_cell(cell: Cell) -> str:
    """Return what accepted claims make of a cell, as JSON; "" where none was decided.

    Where the cell stands, and its counts of what waits, are columns beside it.
    """
    if not (cell.has_studies or cell.last_decision):
        return ""
    return canonical_json(
        _CELL.dump_python(
            cell, mode="json", exclude={"treatment", "domain", "role", *Waiting}
        )
    )


def read_cell(
    treatment: str, domain: str, role: Role, body: str, counts: Mapping[str, int]
) -> Cell:
    """Return the cell of a row; `counts` are its `Waiting` columns."""
    known: dict[str, Any] = {"treatment": treatment, "domain": domain, "role": role}
    known |= counts
    if not body:
        # Most cells: validating what we counted ourselves would take the longest.
        return Cell(**known)
    return _CELL.validate_python(json.loads(body) | known)


def write_draft(draft: Draft) -> str:
    """Return the draft as JSON; equal drafts give equal text.

    The same text as `canonical_json(draft.as_dict())`, in half the time: a bulk load
    does little else.
    """
    return _encode(dict(zip(_NAMES, _values(draft), strict=True)))


def read_draft(document: str) -> Draft:
    """Return the draft that `write_draft` wrote."""
    return Draft.from_dict(json.loads(document))


def write_json(value: Mapping[str, Any] | list[Any] | tuple[Any, ...]) -> str:
    """Return plain JSON values in their one spelling."""
    return canonical_json(value)


def digest(document: str) -> str:
    """Return the sha256 of a document, in hex."""
    return hashlib.sha256(document.encode()).hexdigest()
