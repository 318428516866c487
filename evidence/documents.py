"""Values to JSON text and back, for the columns that hold a whole value."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from pydantic import TypeAdapter

from evidence.cells import Cell
from evidence.records import Record
from evidence.types import Draft, canonical_json

_RECORD = TypeAdapter(Record)
_CELL = TypeAdapter(Cell)


def write_record(record: Record) -> str:
    """Return the record as JSON; equal records give equal text."""
    return canonical_json(_RECORD.dump_python(record, mode="json", exclude_none=True))


def read_record(document: str) -> Record:
    """Return the record that `write_record` wrote."""
    return _RECORD.validate_json(document)


def write_cell(cell: Cell) -> str:
    """Return the cell as JSON; equal cells give equal text."""
    return canonical_json(_CELL.dump_python(cell, mode="json"))


def read_cell(document: str) -> Cell:
    """Return the cell that `write_cell` wrote."""
    return _CELL.validate_json(document)


def write_draft(draft: Draft) -> str:
    """Return the draft as JSON; equal drafts give equal text."""
    return canonical_json(draft.as_dict())


def read_draft(document: str) -> Draft:
    """Return the draft that `write_draft` wrote."""
    return Draft.from_dict(json.loads(document))


def write_json(value: Mapping[str, Any] | list[Any] | tuple[Any, ...]) -> str:
    """Return plain JSON values in their one spelling."""
    return canonical_json(value)


def digest(document: str) -> str:
    """Return the sha256 of a document, in hex."""
    return hashlib.sha256(document.encode()).hexdigest()
