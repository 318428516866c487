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
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(names)
    for row in rows:
        writer.writerow([guarded(row[name]) for name in names])
    return ("\ufeff" + out.getvalue()).encode(errors="replace")


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
