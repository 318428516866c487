"""Tables that a spreadsheet opens and must not run (CWE-1236)."""

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

_FORMULA = (*"=+-@＝＋－＠", "\t", "\r", "\n")
"""Excel reads the full-width signs as their plain twins in some languages."""
_NUMBER = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?", re.ASCII)


def table(names: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> bytes:
    """Return rows as CSV with a byte order mark, every value guarded.

    A text that a spreadsheet would read as a formula gets an apostrophe in front; a
    printed number such as "-0.45" stays a number.
    """
    return of_lines(names, (line(names, row) for row in rows))


def of_lines(names: Sequence[str], lines: Iterable[str]) -> bytes:
    """Return a table whose rows are written already, each by `line`."""
    head = _written(names)
    return ("\ufeff" + head + "".join(lines)).encode(errors="replace")


def line(names: Sequence[str], row: Mapping[str, Any]) -> str:
    """Return one row of a table, every value guarded, with its line's end."""
    return _written([guarded(row[name]) for name in names])


def _written(values: Sequence[Any]) -> str:
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\r\n").writerow(values)
    return out.getvalue()


def guarded(value: Any) -> Any:
    """Return a value as a spreadsheet may hold it.

    >>> guarded("=1+1"), guarded("-0.45"), guarded(None)
    ("'=1+1", '-0.45', '')
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list | tuple):
        value = "; ".join(map(str, value))
    if not isinstance(value, str) or _NUMBER.fullmatch(value):
        return value
    starts = value.startswith(_FORMULA) or value.lstrip().startswith(_FORMULA)
    return f"'{value}" if starts else value
