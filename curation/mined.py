"""What mining leaves in a folder: a file of records with their claims for each input.

Every file is gzipped JSON Lines. A line is a record with the claims that were read in
it, or closes a batch: it tells what PubMed deleted, what was refused, and which records
were left out because no search of the protocol finds them. `manifest.json` names the
files, with checksums of inputs and outputs and the rules that made them; it holds no
time and no host, so that the same inputs leave the same bytes wherever they were read.
"""

import gzip
import hashlib
import json
import zlib
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any
from uuid import uuid4

from pydantic import TypeAdapter, ValidationError

from curation.errors import ArchiveError
from curation.retrieve.archive import Batch, Refusal
from evidence.documents import record_of, write_draft, write_record
from evidence.errors import EvidenceError
from evidence.records import Record, text_sha256
from evidence.types import Draft

MANIFEST = "manifest.json"
SUFFIX = ".claims.jsonl.gz"

Claims = Sequence[tuple[Draft, ...] | None]
"""Claims of each record in turn; None where a record broke the extractor."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What decides, beside the input, what a mined file holds."""

    protocol: str
    """The protocol's digest."""
    extractor: str
    selection: str
    """Which records of NLM's files are kept: a digest of the searches, or "all"."""
    cited: tuple[int, ...] = ()
    """PMIDs of the review's references that were known, in order."""


@dataclass(frozen=True, slots=True)
class Output:
    """A file that was mined whole."""

    input_sha256: str
    verified: bool
    """Whether NLM's checksum beside the input vouched for it."""
    sha256: str
    records: int
    claims: int


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a folder of mined files holds, and what is missing from it."""

    rules: Rules
    outputs: dict[str, Output] = field(default_factory=dict)
    """By the input's name."""
    missing: dict[str, str] = field(default_factory=dict)
    """Why an input has no output: it is damaged, or not mined yet."""

    def write(self, folder: Path) -> None:
        """Write the manifest in place of the one before."""
        text = json.dumps(asdict(self), ensure_ascii=False, indent=1, sort_keys=True)
        _whole(folder / MANIFEST, [f"{text}\n".encode()])


_MANIFEST = TypeAdapter(Manifest)


def read_manifest(folder: Path) -> Manifest | None:
    """Return the manifest of a folder; None where it has none.

    Raises
    ------
    ArchiveError
        Where it cannot be read.
    """
    path = folder / MANIFEST
    try:
        return _MANIFEST.validate_json(path.read_bytes())
    except FileNotFoundError:
        return None
    except (OSError, ValidationError) as error:
        raise ArchiveError(
            f"{path}: is no manifest of mined files "
            f"({str(error).splitlines()[0]}); mine into another folder"
        ) from None


def output_of(folder: Path, name: str) -> Path:
    """Return where the claims of an input stand."""
    return folder / f"{name}{SUFFIX}"


def sha256_of(path: Path) -> str | None:
    """Return a file's sha256; None where there is no such file."""
    try:
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except FileNotFoundError:
        return None


def write(path: Path, read: Iterable[tuple[Batch, Claims]]) -> tuple[int, int]:
    """Write batches with their claims; the file appears whole, or not at all.

    Returns
    -------
    tuple
        How many records and how many claims were written.

    Raises
    ------
    EvidenceError
        Where the file cannot be written.
    """
    records = claims = 0

    def lines() -> Iterator[bytes]:
        nonlocal records, claims
        for batch, found in read:
            records += len(batch.records)
            claims += sum(len(drafts or ()) for drafts in found)
            yield from (f"{line}\n".encode() for line in _lines(batch, found))

    _whole(path, lines())
    return records, claims


def _lines(batch: Batch, found: Claims) -> Iterator[str]:
    for record, drafts in zip(batch.records, found, strict=True):
        claims = "null" if drafts is None else f"[{','.join(map(write_draft, drafts))}]"
        citing = ',"citing":true' if record.pmid in batch.citing else ""
        yield f'{{"record":{write_record(record)},"claims":{claims}{citing}}}'
    closing = asdict(replace(batch, records=(), citing=frozenset()))
    told = {name: value for name, value in closing.items() if value}
    yield json.dumps({"batch": told}, ensure_ascii=False)


def _whole(path: Path, pieces: Iterable[bytes]) -> None:
    # A name of its own: a worker that was given up for lost may still be writing.
    part = path.with_name(f".{path.name}.{uuid4().hex}.part")
    try:
        with part.open("wb") as raw:
            if path.suffix == ".gz":
                with gzip.GzipFile("", "wb", 6, raw, mtime=0) as packed:
                    packed.writelines(pieces)
            else:
                raw.writelines(pieces)
        part.replace(path)
    except OSError as error:
        raise EvidenceError(
            f"{path} cannot be written: {error.strerror or error}; files that were "
            "mined whole stay, make room and mine again"
        ) from None
    finally:
        part.unlink(missing_ok=True)


def sweep(folder: Path) -> None:
    """Remove what workers that were killed left half written."""
    for part in folder.glob(".*.part"):
        part.unlink(missing_ok=True)


class Mined:
    """A folder of mined files, to be loaded as the files that it was made from.

    Parameters
    ----------
    folder
        Where `mine` wrote to.

    Raises
    ------
    ArchiveError
        Where the folder is none of mined files, or an input is missing from it.
    """

    def __init__(self, folder: Path) -> None:
        manifest = read_manifest(folder)
        if manifest is None:
            raise ArchiveError(
                f"{folder}: has no {MANIFEST}; name the folder that `curation mine` "
                "wrote to"
            )
        if manifest.missing:
            name, why = min(manifest.missing.items())
            raise ArchiveError(
                f"{folder}: {len(manifest.missing)} files are missing, first {name}: "
                f"{why}; mine again, nothing was loaded"
            )
        self.folder = folder
        self.manifest = manifest
        self._outputs = {
            output_of(folder, name): made for name, made in manifest.outputs.items()
        }

    @property
    def inputs(self) -> Sequence[str]:
        """The names of the files that were mined, in order."""
        return sorted(self.manifest.outputs)

    def digest(self, path: Path) -> tuple[str, bool]:
        """Return the sha256 of the input of a mined file, and whether NLM's agreed.

        Raises
        ------
        ArchiveError
            Where the mined file is not the one that was written.
        """
        made = self._outputs[path]
        if sha256_of(path) != made.sha256:
            raise ArchiveError(
                f"{path}: is not the file that was mined, its checksum is another; "
                "nothing of it was loaded, mine its input again"
            )
        return made.input_sha256, made.verified

    def read(self, path: Path, _cited: Collection[int] = ()) -> Iterator[Batch]:
        """Yield the records of a mined file, a batch as mining read it at once.

        Which records cite a reference was told while the file was mined.
        """
        records: list[Record] = []
        citing: set[int] = set()
        for row in _rows(path):
            if "batch" in row:
                yield _batch(row["batch"], records, citing)
                records, citing = [], set()
                continue
            record = record_of(row["record"])
            records.append(record)
            if row.get("citing"):
                citing.add(record.pmid)

    def readings(self, path: Path) -> Iterator[tuple[Record, tuple[Draft, ...] | None]]:
        """Yield each record of a mined file with its claims.

        Raises
        ------
        ArchiveError
            Where a quote does not stand in its record.
        """
        for row in _rows(path):
            if "record" not in row:
                continue
            record = record_of(row["record"])
            claims = row["claims"]
            if claims is None:
                yield record, None
                continue
            drafts = tuple(map(Draft.from_dict, claims))
            if not all(_stands(draft, record) for draft in drafts):
                raise ArchiveError(
                    f"{path}: a claim of PMID {record.pmid} quotes what its text does "
                    "not say; mine its input again"
                )
            yield record, drafts


def _stands(draft: Draft, record: Record) -> bool:
    text = record.text(draft.field) or ""
    return (draft.pmid, draft.quote, draft.text_sha256) == (
        record.pmid,
        text[draft.start : draft.end],
        text_sha256(text),
    )


def _batch(told: dict[str, Any], records: list[Record], citing: set[int]) -> Batch:
    return Batch(
        tuple(records),
        tuple(Refusal(**refusal) for refusal in told.get("refused", ())),
        tuple(told.get("deleted", ())),
        frozenset(citing),
        tuple(told.get("left_out", ())),
    )


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    try:
        with gzip.open(path, "rt", encoding="utf-8") as stream:
            yield from map(json.loads, stream)
    except (OSError, EOFError, zlib.error, ValueError) as error:
        raise ArchiveError(
            f"{path}: cannot be read ({error}); mine its input again"
        ) from None
