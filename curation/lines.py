"""Results as lines of JSON, to standard output or to a file that appears whole."""

import json
import sys
from collections.abc import Callable, Iterable, Iterator
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
    if output is None:
        for line in lines:
            sys.stdout.write(line + "\n")
        return
    part = output.with_name(f".{output.name}.part")
    try:
        with part.open("w", encoding="utf-8") as file:
            file.writelines(line + "\n" for line in lines)
        part.replace(output)
    except OSError as error:
        raise EvidenceError(f"{output} cannot be written: {error.strerror}") from None
    finally:
        part.unlink(missing_ok=True)
