"""Results as lines of JSON, to standard output or to a file that appears whole."""

import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from evidence.errors import EvidenceError
from evidence.records import Record
from evidence.types import Draft


def write_claims(
    found: Iterable[tuple[Record, tuple[Draft, ...]]],
    output: Path | None,
    progress: Callable[[int], None] = lambda _: None,
) -> None:
    """Write claims as JSON Lines; a file appears whole, or not at all."""

    def lines() -> Iterator[str]:
        for _, drafts in found:
            progress(1)
            for draft in drafts:
                row = draft.as_dict() | {"fingerprint": draft.fingerprint}
                yield json.dumps(row, ensure_ascii=False)

    write(lines(), output)


def write(lines: Iterable[str], output: Path | None) -> None:
    """Write lines to standard output, or to a file that appears whole.

    Raises
    ------
    EvidenceError
        Where the file cannot be written; an older file of that name stays.
    """
    if output is None or (output.exists() and not output.is_file()):
        # A pipe or device is written to, never replaced by a file.
        _stream(lines, output)
        return
    whole = output.resolve()
    part = whole.with_name(f".{whole.name}.part")
    try:
        with part.open("w", encoding="utf-8") as file:
            file.writelines(line + "\n" for line in lines)
        part.replace(whole)
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or error
        raise EvidenceError(
            f"{output} cannot be written: {why}; does its folder exist?"
        ) from None
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)


def _stream(lines: Iterable[str], output: Path | None) -> None:
    try:
        if output is None:
            for line in lines:
                sys.stdout.buffer.write(line.encode() + b"\n")
            sys.stdout.flush()
        else:
            with output.open("w", encoding="utf-8") as file:
                file.writelines(line + "\n" for line in lines)
    except BrokenPipeError:
        # The reader has seen enough; nothing is wrong, and nothing more to flush.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except OSError as error:
        where = output or "standard output"
        raise EvidenceError(f"{where} cannot be written: {error.strerror}") from None
