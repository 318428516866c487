"""JSON with one row on a line: as easy to compare as indented text, and small.

The standard library's encoder is fast only where it does not indent.
"""

import json
from collections.abc import Iterable, Mapping
from typing import Any


def line(value: Any) -> str:
    """Return a value as JSON on one line."""
    return json.dumps(value, ensure_ascii=False)


def array(rows: Iterable[str]) -> str:
    """Return encoded rows as an array, one on a line."""
    return "[\n" + ",\n".join(rows) + "\n]"


def document(head: Mapping[str, Any], **written: str) -> str:
    """Return an object, a member on a line; the members of `written` are JSON text."""
    members = [f"{line(name)}: {line(value)}" for name, value in head.items()]
    members += [f"{line(name)}: {text}" for name, text in written.items()]
    return "{\n" + ",\n".join(members) + "\n}"


def encoded(text: str) -> bytes:
    """Return JSON text as a file's bytes; what is no character becomes "?"."""
    return f"{text}\n".encode(errors="replace")


def indented(value: Any) -> bytes:
    """Return a small document as a file's bytes, indented for people who read it."""
    return encoded(json.dumps(value, ensure_ascii=False, indent=1))
