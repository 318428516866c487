"""Spreadsheets of cells that are texts: written so that nothing runs, read exactly.

A text that a spreadsheet would run gets an apostrophe in front (CWE-1236), which is
taken off again on reading. What a spreadsheet made of a cell by itself, a date or the
result of a formula, is never taken for what was typed.
"""

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from pathlib import Path
from typing import Any

# openpyxl carries no types, and its stubs are not among the locked packages.
from openpyxl import Workbook, load_workbook  # type: ignore[import-untyped]
from openpyxl.styles import Alignment, Font  # type: ignore[import-untyped]
from openpyxl.utils import get_column_letter  # type: ignore[import-untyped]
from openpyxl.worksheet.datavalidation import (  # type: ignore[import-untyped]
    DataValidation,
)

from evidence.errors import EvidenceError

TAB = "claims"
"""The tab of a workbook that holds the rows."""
WORDS = "allowed"
"""The tab that lists what may be written in a column."""

LARGEST = 32 * 2**20
"""Bytes of a file that is read."""
LARGEST_UNPACKED = 256 * 2**20
MOST_ROWS = 20_000
LONGEST_CELL = 32_767
"""Characters of a cell; Excel keeps no more."""

_SIGNS = "=+-@＝＋－＠"
"""Excel reads the full-width signs as their plain twins in some languages."""
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")


class SheetError(EvidenceError):
    """A spreadsheet cannot be read or written; nothing of it was taken."""


@dataclass(slots=True)
class SheetRow:
    """A row as it was read: what stands in it, and what is wrong with its cells."""

    number: int
    """As a spreadsheet counts; the names of the columns stand in row 1."""
    values: dict[str, str]
    problems: dict[str, str] = field(default_factory=dict)
    """By column."""


def guarded(text: str) -> str:
    """Return a text as a cell may hold it.

    >>> guarded("=1+1"), guarded("'=1+1"), guarded("it's")
    ("'=1+1", "''=1+1", "it's")
    """
    return f"'{text}" if _would_run(text.lstrip("'")) else text


def unguarded(text: str) -> str:
    """Return the text that `guarded` wrote."""
    runs = text.startswith("'") and _would_run(text.lstrip("'"))
    return text[1:] if runs else text


def _cell(text: str) -> str:
    return _CONTROL.sub(" ", guarded(text))[:LONGEST_CELL]


def _would_run(text: str) -> bool:
    return text.lstrip()[:1] in tuple(_SIGNS) or text[:1] in ("\t", "\r", "\n")


def write_sheet(
    path: Path,
    columns: Sequence[str],
    rows: Iterable[Mapping[str, str]],
    allowed: Mapping[str, Sequence[str]],
) -> int:
    """Write rows as CSV or as a workbook; return how many.

    Parameters
    ----------
    path
        Its ending says which: .csv or .xlsx.
    columns
        The names, in order.
    rows
        What stands under each name; a name that is left out is an empty cell.
    allowed
        What may be written, by column; a workbook offers it as a list.

    Raises
    ------
    SheetError
        Where the ending is another one, or the file cannot be written; an older file
        of that name stays.
    """
    kind = _kind(path)
    cells = [[_cell(row.get(name, "")) for name in columns] for row in rows]
    content = (
        _csv(columns, cells) if kind == ".csv" else _workbook(columns, cells, allowed)
    )
    part = path.with_name(f".{path.name}.part")
    try:
        part.write_bytes(content)
        part.replace(path)
    except OSError as error:
        raise SheetError(
            f"{path} cannot be written: {error.strerror}; does its folder exist?"
        ) from None
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)
    return len(cells)


def read_sheet(path: Path, columns: Sequence[str]) -> list[SheetRow]:
    """Read a sheet whose first row names exactly these columns, in any order.

    Raises
    ------
    SheetError
        Where the file cannot be read whole, or a column is missing, double or not
        ours.
    """
    kind = _kind(path)
    try:
        content = path.read_bytes()
    except OSError as error:
        raise SheetError(f"{path} cannot be read: {error.strerror}") from None
    if len(content) > LARGEST:
        raise SheetError(f"{path.name} is larger than {LARGEST // 2**20} MB; split it")
    found = _read_csv(path, content) if kind == ".csv" else _read_book(path, content)
    names = [str(name).strip() for name in next(found, [])]
    while names and names[-1] in ("", "None"):
        names.pop()
    missing = [name for name in columns if name not in names]
    strange = [name for name in names if name not in columns or names.count(name) > 1]
    if missing or strange:
        told = [f"lacks {', '.join(missing)}"] if missing else []
        told += [f"has, or has twice: {', '.join(strange)}"] if strange else []
        raise SheetError(
            f"{path.name}: row 1 names the columns, and it {' and '.join(told)}; "
            "take the columns as they were exported, in any order"
        )
    rows = []
    for number, cells in enumerate(found, start=2):
        if number > MOST_ROWS + 1:
            raise SheetError(f"{path.name} has more than {MOST_ROWS} rows; split it")
        rows.append(_row(number, names, cells))
    return rows


def _kind(path: Path) -> str:
    kind = path.suffix.casefold()
    if kind not in (".csv", ".xlsx"):
        raise SheetError(f"{path.name}: a sheet is a .csv or an .xlsx file")
    return kind


def _row(number: int, names: Sequence[str], cells: Sequence[Any]) -> SheetRow:
    row = SheetRow(number, dict.fromkeys(names, ""))
    for name, cell in zip(names, cells, strict=False):
        if isinstance(cell, _Odd):
            row.problems[name] = cell.why
        elif _CONTROL.search(cell):
            row.problems[name] = "it holds a control character; type it anew"
        else:
            text = unguarded(cell.replace("\r\n", "\n").strip())
            row.values[name] = text.strip()
    beyond = [c for c in cells[len(names) :] if isinstance(c, _Odd) or c.strip()]
    if beyond:
        row.problems[names[-1]] = "something stands to the right of the last column"
    return row


def _csv(columns: Sequence[str], cells: Iterable[Sequence[str]]) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows(cells)
    return ("\ufeff" + out.getvalue()).encode(errors="replace")


def _read_csv(path: Path, content: bytes) -> Iterator[Sequence[Any]]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise SheetError(
            f"{path.name} is not in UTF-8; save it as “CSV UTF-8”, or as .xlsx"
        ) from None
    first = text.partition("\n")[0]
    # Spreadsheets of some languages part cells with a semicolon; no name holds one.
    delimiter = max(",;\t", key=first.count)
    try:
        yield from csv.reader(
            io.StringIO(text, newline=""), delimiter=delimiter, strict=True
        )
    except csv.Error as error:
        raise SheetError(f"{path.name} is no whole CSV: {error}") from None


def _workbook(
    columns: Sequence[str],
    cells: Sequence[Sequence[str]],
    allowed: Mapping[str, Sequence[str]],
) -> bytes:
    book = Workbook()
    sheet = book.active
    sheet.title = TAB
    lists = book.create_sheet(WORDS)
    for number, row in enumerate([columns, *cells], start=1):
        for place, text in enumerate(row, start=1):
            cell = sheet.cell(number, place, text)
            # As text: so that nothing typed here becomes a date.
            cell.number_format = "@"
            cell.font = Font(bold=number == 1)
            quoted = columns[place - 1] == "quote"
            cell.alignment = Alignment(vertical="top", wrap_text=quoted)
    sheet.freeze_panes = "B2"
    for place, name in enumerate(columns, start=1):
        letter = get_column_letter(place)
        sheet.column_dimensions[letter].width = 60 if name == "quote" else 18
        if name not in allowed:
            continue
        words = list(allowed[name])
        column = get_column_letter(lists.max_column + bool(lists["A1"].value))
        for number, word in enumerate([name, *words], start=1):
            lists[f"{column}{number}"] = word
        offered = DataValidation(
            type="list",
            formula1=f"{WORDS}!${column}$2:${column}${len(words) + 1}",
            allow_blank=True,
        )
        # What is not on the list is told of on import, with its reason.
        offered.showErrorMessage = False
        sheet.add_data_validation(offered)
        offered.add(f"{letter}2:{letter}{len(cells) + 1}")
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@dataclass(frozen=True, slots=True)
class _Odd:
    """A cell that holds no text, and why it is not taken."""

    why: str


def _read_book(path: Path, content: bytes) -> Iterator[Sequence[Any]]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            size = sum(one.file_size for one in packed.infolist())
        if size > LARGEST_UNPACKED:
            raise SheetError(
                f"{path.name} unpacks to more than {LARGEST_UNPACKED // 2**20} MB"
            )
        book = load_workbook(io.BytesIO(content), read_only=True)
        if TAB not in book.sheetnames:
            raise SheetError(f"{path.name} has no tab {TAB!r}; it holds the rows")
        sheet = book[TAB]
        # A workbook may say that it is smaller than it is.
        sheet.reset_dimensions()
        for row in sheet.iter_rows():
            yield [_text(cell) for cell in row]
    # What a damaged workbook raises, openpyxl leaves to the parts it is read by.
    except (
        *(zipfile.BadZipFile, KeyError, ValueError, TypeError, IndexError),
        *(OSError, SyntaxError, AttributeError),
    ) as error:
        raise SheetError(f"{path.name} is no whole workbook: {error}") from None


def _text(cell: Any) -> "str | _Odd":
    value = cell.value
    if value is None:
        return ""
    if cell.data_type == "f":
        return _Odd("it holds a formula; type what it should say")
    if cell.data_type == "e":
        return _Odd(f"it holds the error {value}")
    if isinstance(value, date | time | timedelta):
        return _Odd(
            f"the spreadsheet made a date or time of it ({value}); "
            "format the cell as text and type it again"
        )
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return str(value).upper()
    if "%" in str(cell.number_format):
        return _Odd("it is formatted as a percentage; format it as text and type it")
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
