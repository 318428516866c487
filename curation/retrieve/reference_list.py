"""A review's list of references, in whatever form it comes, as `references.toml`."""

import textwrap
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from curation.retrieve import bibtex, ris, vancouver
from evidence.errors import EvidenceError
from evidence.review import Reference

WIDTH = 110
"""From which width a text is broken over lines."""

_ORDER = (
    *("number", "raw", "kind", "authors", "et_al", "collective", "title", "journal"),
    *("year", "volume", "issue", "pages", "article_number"),
    *("doi_printed", "doi", "doi_note", "url", "note"),
)
_HEAD = (
    "# The review's reference list, as read by `curation references parse`. Look at",
    "# every line that has a note. What to mend (doi), and where each number stands in",
    "# the text (uses), is yours to add. No PMIDs: they are found. A file of RIS or",
    "# BibTeX holds no printed lines; raw is then put together from the parts.",
)


def read(path: Path) -> tuple[Reference, ...]:
    """Return the references of a file: RIS, BibTeX, or a numbered list in text.

    Raises
    ------
    EvidenceError
        Where the file cannot be read, or holds no list.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise EvidenceError(
            f"{path} is not UTF-8 text; save the list as text and read that"
        ) from None
    except OSError as error:
        raise EvidenceError(f"{path} cannot be read: {error.strerror}") from None
    rows = parse(text)
    if not rows:
        raise EvidenceError(
            f"{path} holds no numbered list of references; give one a line, with "
            "its number, or RIS, or BibTeX"
        )
    return rows


def parse(text: str) -> tuple[Reference, ...]:
    """Return the references in a text, whose form it shows itself.

    Raises
    ------
    EvidenceError
        Where it is text that nobody can write down again.
    """
    try:
        text.encode()
    except UnicodeEncodeError as error:
        line = text.count("\n", 0, error.start) + 1
        raise EvidenceError(
            f"line {line} of the list holds half a character (a lone surrogate); "
            "write it anew"
        ) from None
    if ris.is_ris(text):
        return ris.read(text)
    if bibtex.is_bibtex(text):
        return bibtex.read(text)
    return vancouver.read(text)


def skipped(rows: Sequence[Reference]) -> list[int]:
    """Return the numbers that a list leaves out."""
    there = {row.number for row in rows}
    return sorted(set(range(1, max(there, default=0) + 1)) - there)


def toml(rows: Iterable[Reference]) -> Iterator[str]:
    """Yield the lines of a `references.toml` with these rows."""
    yield from _HEAD
    for row in rows:
        yield ""
        yield "[[reference]]"
        values = row.model_dump(mode="json", exclude_none=True)
        for name in _ORDER:
            if name in values and values[name] != []:
                yield f"{name} = {_written(name, values[name])}"


def _written(name: str, value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int):
        return str(value)
    if isinstance(value, list):
        return f"[{', '.join(_quoted(text) for text in value)}]"
    text = str(value)
    if len(name) + len(text) < WIDTH or text != " ".join(text.split()):
        return _quoted(text)
    broken = textwrap.wrap(
        text, WIDTH - 4, break_long_words=False, break_on_hyphens=False
    )
    # A line that ends in a backslash goes on at the next word.
    return '"""\\\n  ' + " \\\n  ".join(map(_escaped, broken)) + '"""'


def _quoted(text: str) -> str:
    return f'"{_escaped(text)}"'


def _escaped(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return "".join(
        c if c >= " " and c != "\x7f" else f"\\u{ord(c):04X}" for c in escaped
    )
