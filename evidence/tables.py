"""TOML tables with their line numbers, so that a mistake can be pointed at.

The standard library's parser tells no positions. Our files write every table as
`[[name]]` or `[name]` on a line of its own, which is enough to find them again.
"""

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from evidence.errors import ProtocolError
from evidence.vocabulary import Row

_HEADER = re.compile(r"^\s*(\[\[?)\s*([A-Za-z0-9_.-]+)\s*\]\]?\s*(?:#.*)?$")

R = TypeVar("R", bound=Row)


@dataclass(frozen=True, slots=True)
class Located:
    """A checked row and where it stands."""

    row: Any
    place: str
    """ "treatments.toml line 12, treatment 'ketamine'"."""


class TomlFile:
    """One file of a protocol, read once.

    Raises
    ------
    ProtocolError
        Where the file is absent, not UTF-8 or not TOML.
    """

    def __init__(self, path: Path) -> None:
        self.name = path.name
        try:
            text = path.read_text(encoding="utf-8")
            self.values: dict[str, Any] = tomllib.loads(text)
        except FileNotFoundError:
            raise ProtocolError(
                f"protocol file {path} is missing; a protocol folder needs it"
            ) from None
        except (OSError, UnicodeDecodeError) as error:
            raise ProtocolError(f"{path} cannot be read: {error}") from None
        except tomllib.TOMLDecodeError as error:
            raise ProtocolError(f"{path.name} is not valid TOML: {error}") from None
        self._lines = text.splitlines()
        self._headers: dict[str, list[int]] = {}
        for number, line in enumerate(self._lines):
            if found := _HEADER.match(line):
                self._headers.setdefault(found[2], []).append(number)

    def line(self, table: str, index: int = 0, key: str | None = None) -> int | None:
        """Return the 1-based line of the `index`-th `table`, or of a key in it."""
        headers = self._headers.get(table, [])
        if index >= len(headers):
            return None
        start = headers[index]
        if key is not None:
            for number in range(start + 1, len(self._lines)):
                if _HEADER.match(self._lines[number]):
                    break
                if re.match(rf'\s*"?{re.escape(key)}"?\s*=', self._lines[number]):
                    return number + 1
        return start + 1

    def place(
        self, table: str, index: int, name: object, key: str | None = None
    ) -> str:
        """Return where a row stands, in words: file, line, table and its name."""
        line = self.line(table, index, key)
        where = f"{self.name} line {line}" if line else self.name
        return f"{where}, {table} {name!r}" if name is not None else f"{where}, {table}"

    def only(self, *known: str) -> None:
        """Refuse top-level names that are not `known`."""
        for name in self.values.keys() - set(known):
            raise ProtocolError(
                f"{self.place(name, 0, None)}: no such table; "
                f"this file holds {', '.join(known)}"
            )

    def rows(self, table: str, kind: type[R]) -> list[Located]:
        """Return the checked rows of an array of tables, in the file's order."""
        found = self.values.get(table, [])
        if not isinstance(found, list):
            raise ProtocolError(
                f"{self.place(table, 0, None)}: write it as [[{table}]], once a row"
            )
        return [
            Located(
                self._check(kind, raw, table, index), self._place(raw, table, index)
            )
            for index, raw in enumerate(found)
        ]

    def single(self, table: str, kind: type[R]) -> R:
        """Return the checked table that stands once."""
        if not isinstance(self.values.get(table), dict):
            raise ProtocolError(f"{self.name}: the table [{table}] is missing")
        return self._check(kind, self.values[table], table, 0)

    def _place(self, raw: Any, table: str, index: int, key: str | None = None) -> str:
        name = raw.get("id", raw.get("number")) if isinstance(raw, dict) else None
        return self.place(table, index, name, key)

    def _check(self, kind: type[R], raw: Any, table: str, index: int) -> R:
        try:
            return kind.model_validate(raw)
        except ValidationError as error:
            first = error.errors()[0]
            path = [str(part) for part in first["loc"]]
            key = path[0] if path else None
            where = self._place(raw, table, index, key)
            remedy = first["msg"]
            if first["type"] == "extra_forbidden":
                known = ", ".join(f.alias or n for n, f in kind.model_fields.items())
                remedy = f"no such key; known keys are {known}"
            raise ProtocolError(f"{where}: {'.'.join(path)}: {remedy}") from None
