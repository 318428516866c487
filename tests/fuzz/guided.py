"""Inputs led by which lines of ours they reach: `python -m` this module, `xml 9999`.

Atheris (https://github.com/google/atheris) is installed by the scheduled job alone. It
ends with an input that crashes, hangs, or takes too much memory, and keeps it.
"""

import sys
import tempfile
import tomllib
from collections.abc import Callable
from pathlib import Path

import atheris

from evidence.errors import EvidenceError

with atheris.instrument_imports(include=["curation.retrieve"]):
    from curation.retrieve import archive, reference_list

from tests.fuzz.test_reading import REFERENCES, XML


def read_xml(body: bytes) -> None:
    """Read records, or refuse the file by its name."""
    try:
        for batch in archive.read_bytes(body, "fuzz.xml"):
            assert all(0 < record.pmid < 10**9 for record in batch.records)
    except EvidenceError as error:
        assert "fuzz.xml" in str(error) and "\n" not in str(error)


def read_references(body: bytes) -> None:
    """Read a list that can be written, and is read again as the same."""
    try:
        rows = reference_list.parse(body.decode(errors="replace"))
    except EvidenceError:
        return
    written = tomllib.loads("\n".join(reference_list.toml(rows)))
    again = [row["raw"] for row in written.get("reference", [])]
    assert again == [row.raw for row in rows]


TARGETS: dict[str, tuple[Callable[[bytes], None], tuple[str, ...]]] = {
    "xml": (read_xml, XML),
    "references": (read_references, REFERENCES),
}


def main(target: str, inputs: str) -> None:
    read, seeds = TARGETS[target]
    with tempfile.TemporaryDirectory() as folder:
        for number, seed in enumerate(seeds):
            (Path(folder) / str(number)).write_text(seed, encoding="utf-8")
        limits = ("-timeout=20", "-rss_limit_mb=2048", "-max_len=20000")
        atheris.Setup([sys.argv[0], folder, f"-runs={inputs}", *limits], read)
        atheris.Fuzz()


if __name__ == "__main__":
    main(*sys.argv[1:])
