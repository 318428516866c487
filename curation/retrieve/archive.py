"""Saved PubMed files of any size as batches of records, or an error; never silence.

Efetch answers, baseline and update files (XML, gzipped or not) and MEDLINE text
(.nbib) are read in constant memory. lxml reports a record as soon as it is complete,
long before it can know that the file is cut; so a batch is only handed on once the
record after it, or the proper end of the file, has been seen. What follows the last
whole batch of a damaged file is therefore never handed on.

The files come from disks and networks that we do not control: no DTD is loaded, no
entity resolved, nothing fetched, and a file that declares entities of its own is
refused, since PubMed's never do.
"""

import gzip
import io
import itertools
import zlib
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from lxml import etree

from curation.errors import ArchiveError, RecordError
from curation.retrieve import medline, nbib, sniff
from curation.retrieve.elements import Element, each
from curation.retrieve.identifiers import pmid
from evidence.records import Record, normalise

BATCH = 500
"""Records handed on at once: one transaction of the loader."""

CHUNK = 1 << 16
MAX_RECORD = 16 << 20
"""Bytes without a complete record; thousands of authors take a few million."""

_DELETED = ("DeleteCitation", "DeleteDocument")
_ERROR = "ERROR"


@dataclass(frozen=True, slots=True)
class Refusal:
    """A record that cannot be believed, so that it is counted and can be looked up."""

    pmid: int | None
    position: int
    """Its place among the records of the file, from 1."""
    reason: str


@dataclass(frozen=True, slots=True)
class Batch:
    """Some consecutive records of a file, whole."""

    records: tuple[Record, ...] = ()
    refused: tuple[Refusal, ...] = ()
    deleted: tuple[int, ...] = ()
    """PMIDs that PubMed has deleted, whatever their version. A file names them after
    its records, so that they are to be applied after these."""
    citing: frozenset[int] = frozenset()
    """Of the records, those that cite a paper that was asked about."""
    left_out: tuple[int, ...] = ()
    """PMIDs of records that the file held and that mining did not keep."""


@dataclass(frozen=True, slots=True)
class _Citing:
    """What stands before a record that cites a paper that was asked about."""

    pmid: int


_Item: TypeAlias = Record | Refusal | int | _Citing


def read(
    path: Path, size: int = BATCH, cited: Collection[int] = frozenset()
) -> Iterator[Batch]:
    """Yield the records of a file, at most `size` at once.

    Parameters
    ----------
    path
        A file of PubMed XML or MEDLINE text, gzipped or not.
    size
        Records of a batch.
    cited
        PMIDs; which records of an XML file cite one is told. It is looked at anew for
        every record, so that it may grow while the file is read.

    Raises
    ------
    ArchiveError
        Where the file cannot be read whole. Batches before the damage may have been
        yielded; no record of the last, incomplete one was.
    """
    try:
        with path.open("rb") as stream:
            yield from _read(stream, str(path), size, cited)
    except FileNotFoundError:
        raise _error(str(path), "there is no such file", "check its name") from None
    except IsADirectoryError:
        raise _error(str(path), "is a directory", "name the files in it") from None
    except PermissionError:
        raise _error(
            str(path), "may not be read", "ask its owner, or change its permissions"
        ) from None
    except OSError as error:
        raise _error(
            str(path), f"cannot be read ({error.strerror or error})", "copy it again"
        ) from None


def read_bytes(body: bytes, name: str, size: int = BATCH) -> Iterator[Batch]:
    """Yield the records of an answer that is in memory; `name` stands in errors.

    Raises
    ------
    ArchiveError
        As `read` does.
    """
    yield from _read(io.BufferedReader(io.BytesIO(body)), name, size)


def _error(name: str, what: str, remedy: str) -> ArchiveError:
    return ArchiveError(normalise(f"{name}: {what}; {remedy}"))


def _read(
    stream: io.BufferedReader, name: str, size: int, cited: Collection[int] = ()
) -> Iterator[Batch]:
    """Find out what the stream holds, read it, and say plainly what is wrong."""
    try:
        gzipped = stream.peek(2)[:2] == b"\x1f\x8b"
        chunks = _chunks(gzip.GzipFile(fileobj=stream) if gzipped else stream)
        head = next(chunks, b"")
        found = sniff.kind(head)
        head = sniff.trimmed(head)
        every = itertools.chain((head,), chunks)
        if found is sniff.Kind.XML:
            sniff.check_root(head)
            yield from _batches(_xml_items(every, cited), size)
        else:
            yield from _batches(_nbib_items(every), size)
    except sniff.Unreadable as error:
        raise _error(name, error.what, error.remedy) from None
    except EOFError:
        raise _error(name, "the gzip file is cut off", "download it again") from None
    except (gzip.BadGzipFile, zlib.error) as error:
        raise _error(
            name, f"the gzip file is damaged ({error})", "download it again"
        ) from None


def _chunks(stream: io.BufferedIOBase) -> Iterator[bytes]:
    """Yield the bytes in pieces, all but the last of at least `CHUNK` bytes."""
    while piece := stream.read(CHUNK):
        while len(piece) < CHUNK and (more := stream.read(CHUNK - len(piece))):
            piece += more
        yield piece


def _batches(items: Iterable[_Item], size: int) -> Iterator[Batch]:
    """Group the items; a full batch waits for the item that proves it whole."""
    records: list[Record] = []
    refused: list[Refusal] = []
    deleted: list[int] = []
    citing: set[int] = set()

    def batch() -> Batch:
        return Batch(tuple(records), tuple(refused), tuple(deleted), frozenset(citing))

    for item in items:
        if len(records) + len(refused) + len(deleted) >= size:
            yield batch()
            records, refused, deleted, citing = [], [], [], set()
        if isinstance(item, Record):
            records.append(item)
        elif isinstance(item, Refusal):
            refused.append(item)
        elif isinstance(item, _Citing):
            citing.add(item.pmid)
        else:
            deleted.append(item)
    if records or refused or deleted:
        yield batch()


def _xml_items(chunks: Iterable[bytes], cited: Collection[int]) -> Iterator[_Item]:
    parser = etree.XMLPullParser(
        events=("end",),
        tag=(medline.ARTICLE, medline.BOOK, *_DELETED, _ERROR),
        **sniff.SAFE,
    )
    position, unfinished = 0, 0
    for chunk in chunks:
        sniff.feed(parser, chunk)
        unfinished += len(chunk)
        events: Iterator[tuple[str, Any]] = parser.read_events()
        for _, element in events:
            unfinished = 0
            if element.tag == _ERROR:
                raise sniff.error_answer(element.text)
            if element.tag in _DELETED:
                for child in each(element, "PMID"):
                    if (number := pmid(child.text)) is not None:
                        yield number
            else:
                position += 1
                record = _record(element, position)
                if cited and isinstance(record, Record) and _cites(element, cited):
                    # Before its record: a batch is never closed between the two.
                    yield _Citing(record.pmid)
                yield record
            _forget(element)
        if unfinished > MAX_RECORD:
            raise _endless(unfinished)
    sniff.close(parser)


def _endless(size: int) -> sniff.Unreadable:
    return sniff.Unreadable(
        f"holds {size:,} bytes without one complete record",
        "it is no PubMed file, do not load it",
    )


def _record(element: Element, position: int) -> Record | Refusal:
    try:
        return medline.read(element)
    except RecordError as error:
        return Refusal(medline.pmid(element), position, str(error))


def _cites(element: Element, cited: Collection[int]) -> bool:
    """Return whether the record's list of references names one of these PMIDs."""
    listed = element.iterfind("PubmedData//Reference//ArticleId[@IdType='pubmed']")
    return any(pmid(one.text) in cited for one in listed)


def _forget(element: Element) -> None:
    """Free a record that was read, and all that stands before it."""
    element.clear()
    parent = element.getparent()
    if parent is not None:
        while element.getprevious() is not None:
            del parent[0]


def _nbib_items(chunks: Iterable[bytes]) -> Iterator[_Item]:
    ended, unfinished = True, 0

    def lines() -> Iterator[str]:
        nonlocal ended, unfinished
        for line in sniff.lines(chunks):
            ended = line.endswith("\n")
            unfinished = unfinished + len(line) if line.strip() else 0
            if unfinished > MAX_RECORD:
                raise _endless(unfinished)
            yield line

    position, sourced, last = 0, 0, None
    for position, last in enumerate(nbib.parse(lines()), start=1):
        sourced += _is_whole(last)
        try:
            yield nbib.read(last)
        except RecordError as error:
            raw = last.get("PMID")
            number = pmid(raw) if isinstance(raw, str) else None
            yield Refusal(number, position, str(error))
    # Text has no closing tag. Where the other records have their last line and the
    # last one does not, or its line has no end, the rest is taken to be missing.
    if last is not None and not _is_whole(last) and (sourced or not ended):
        raise sniff.Unreadable(
            f"is cut off: record {position} has no source (SO) line",
            "download it again; its rest is missing",
        )


def _is_whole(fields: nbib.Fields) -> bool:
    """Return whether the line is there that PubMed puts last: SO, a book's AID."""
    return "PMID" not in fields or "SO" in fields or fields.keys() >= {"BTI", "AID"}
