"""Labelled files in JSON Lines: one object a line, every mistake named by its line."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from curation.errors import ExtractorError


def read_bytes(path: Path) -> bytes:
    """Return a file's bytes, an `ExtractorError` where it cannot be read."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise ExtractorError(
            f"{path} cannot be read ({error.strerror}); name a JSON Lines file"
        ) from None


def rows(path: Path, content: bytes) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """Yield line numbers and objects of a JSON Lines file; blank lines are passed.

    Raises
    ------
    ExtractorError
        Where a line is no JSON object in UTF-8.
    """
    for line, raw in enumerate(content.removeprefix(b"\xef\xbb\xbf").split(b"\n"), 1):
        if not raw.strip():
            continue
        try:
            row = json.loads(raw.decode("utf-8"))
            json.dumps(row, ensure_ascii=False).encode("utf-8")
        except UnicodeError:
            raise ExtractorError(
                f"{path} line {line} is not valid Unicode; save the file as UTF-8"
            ) from None
        except (ValueError, RecursionError) as error:
            raise ExtractorError(
                f"{path} line {line} is not JSON ({error}); "
                "it needs one JSON object a line"
            ) from None
        if not isinstance(row, dict):
            raise ExtractorError(
                f"{path} line {line} is no JSON object; it needs one a line"
            )
        yield line, row


def bad_row(
    path: Path, line: int, row: Mapping[str, Any], error: ValidationError
) -> ExtractorError:
    """Return what to say of an object with a field that is missing or wrong."""
    first = error.errors()[0]
    where = ".".join(str(part) for part in first["loc"])
    reason = first["msg"].removeprefix("Value error, ")
    named = row.get("pmid", row.get("id", "without pmid"))
    return ExtractorError(
        f"{path} line {line} ({named}): {where + ': ' if where else ''}{reason}; "
        "correct the line as the annotation guideline describes it"
    )
