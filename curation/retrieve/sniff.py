"""What a file is, judged by its bytes and not by its name; what is wrong with it."""

import codecs
import re
from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum
from typing import Any

from lxml import etree

from evidence.records import normalise

SAFE: dict[str, Any] = {
    "resolve_entities": False,
    "no_network": True,
    "load_dtd": False,
    "dtd_validation": False,
    "huge_tree": False,
    "recover": False,
    "remove_comments": True,
    "remove_pis": True,
}
"""How XML is parsed here: as text, from these bytes alone, or not at all."""

ROOTS = frozenset(
    {"PubmedArticleSet", "PubmedBookArticleSet", "PubmedArticle", "PubmedBookArticle"}
)
MAX_LINE = 4 << 20
"""Characters of one line of MEDLINE text; abstracts are folded at about 90."""

_MEDLINE_LINE = re.compile(rb"[A-Z][A-Z0-9]{1,3} *- ?")
_ENTREZ = re.compile(r"e[A-Z][A-Za-z]*Result")


class Kind(StrEnum):
    """The two formats in which PubMed hands out records."""

    XML = "xml"
    MEDLINE = "medline"


class Unreadable(Exception):
    """What is wrong with a file, and what to do; the file's name is added later."""

    def __init__(self, what: str, remedy: str) -> None:
        super().__init__(f"{what}; {remedy}")
        self.what = what
        self.remedy = remedy


def trimmed(head: bytes) -> bytes:
    """Return a file's first bytes without byte order mark and leading space."""
    return head.removeprefix(codecs.BOM_UTF8).lstrip()


def kind(head: bytes) -> Kind:
    """Return the format of a file that begins with these bytes.

    Raises
    ------
    Unreadable
        Where it is neither; the usual suspects are named.
    """
    start = trimmed(head)
    if not start:
        raise Unreadable("is empty", "download it again")
    lower = start[:200].lower()
    if lower.startswith((b"<!doctype html", b"<html")):
        raise _html()
    if start.startswith(b"<"):
        return Kind.XML
    if start.startswith((b"{", b"[")):
        raise Unreadable(
            "is JSON, not PubMed XML: often a server's error answer",
            "save the records as XML or .nbib",
        )
    if start.startswith(b"TY  - "):
        raise Unreadable(
            "is a RIS file, which holds no PubMed record", "save it as XML or .nbib"
        )
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise Unreadable("is in UTF-16; PubMed sends UTF-8", "download it again")
    if _MEDLINE_LINE.match(start):
        return Kind.MEDLINE
    raise Unreadable(
        "is neither PubMed XML nor MEDLINE text", "save the records as XML or .nbib"
    )


def check_root(head: bytes) -> None:
    """Refuse a document that is not a set of PubMed records, before reading it.

    Raises
    ------
    Unreadable
        On another root element, on an E-utilities error, on declared entities.
    """
    parser = etree.XMLPullParser(events=("start", "end"), **SAFE)
    try:
        feed(parser, head)
    finally:
        # What stood before the damage decides what kind of file it is.
        events = list(parser.read_events())
        if events:
            _check_events(events)
    if not events:
        raise Unreadable(
            f"has no root element in its first {len(head):,} bytes",
            "it is no PubMed file, download it again",
        )


def _check_events(events: Sequence[tuple[str, Any]]) -> None:
    root = events[0][1]
    declared = root.getroottree().docinfo.internalDTD
    if declared is not None and next(declared.iterentities(), None) is not None:
        raise Unreadable(
            "declares entities of its own, which PubMed never does",
            "do not load it; download it from PubMed",
        )
    if root.tag in ROOTS:
        return
    for event, element in events:
        if event == "end" and element.tag == "ERROR":
            raise error_answer(element.text)
    if str(root.tag).lower().endswith("html"):
        raise _html()
    if _ENTREZ.fullmatch(str(root.tag)):
        raise Unreadable(
            f"is another E-utilities answer ({root.tag}), it holds no records",
            "save the answer of efetch",
        )
    raise Unreadable(
        f"has the root element {str(root.tag)[:60]}, not PubmedArticleSet",
        "save the records as PubMed XML",
    )


def error_answer(message: str | None) -> Unreadable:
    """Return the error for an answer in which NCBI reports a failure."""
    shown = normalise(message or "")[:200] or "no reason given"
    return Unreadable(f"is an NCBI error answer ({shown})", "fetch it again later")


def feed(parser: etree.XMLPullParser, chunk: bytes) -> None:
    """Hand the next bytes to a parser.

    Raises
    ------
    Unreadable
        Where the XML is not well-formed.
    """
    try:
        parser.feed(chunk)
    except etree.XMLSyntaxError as error:
        raise _broken(getattr(error, "code", None), error.msg) from None
    # An entity that nobody defined stops lxml's parser without an exception, and
    # what follows would be dropped in silence.
    log: Any = parser.feed_error_log
    for entry in log.filter_from_errors():
        raise _broken(entry.type, f"{entry.message}, line {entry.line}")


def close(parser: etree.XMLPullParser) -> None:
    """End a document.

    Raises
    ------
    Unreadable
        Where it is cut off: that its bytes were well-formed is known by now.
    """
    try:
        parser.close()
    except etree.XMLSyntaxError as error:
        raise Unreadable(
            f"is cut off ({error.msg})", "download it again; its rest is missing"
        ) from None


def _broken(code: int | None, reason: str | None) -> Unreadable:
    codes, shown = etree.ErrorTypes, reason or "no reason given"
    if code == codes.ERR_UNDECLARED_ENTITY:
        return Unreadable(
            f"uses an entity that is not defined ({shown})",
            "download it again; PubMed writes characters, not HTML entities",
        )
    if code in (codes.ERR_DOCUMENT_END, codes.ERR_RESERVED_XML_NAME):
        return Unreadable(
            f"goes on after its end ({shown})",
            "if several answers were joined, load them one by one",
        )
    return Unreadable(f"is not well-formed XML ({shown})", "download it again")


def lines(chunks: Iterable[bytes]) -> Iterator[str]:
    """Yield the lines of UTF-8 text; each ends in a newline, but for a last cut one.

    Raises
    ------
    Unreadable
        Where it is not UTF-8, or a line is longer than `MAX_LINE`.
    """
    decoder = codecs.getincrementaldecoder("utf-8")()
    rest = ""
    try:
        for chunk in chunks:
            *whole, rest = (rest + decoder.decode(chunk)).split("\n")
            yield from (line.rstrip("\r") + "\n" for line in whole)
            if len(rest) > MAX_LINE:
                raise Unreadable(
                    f"holds a line of more than {MAX_LINE:,} characters",
                    "it is no MEDLINE text, do not load it",
                )
        rest += decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        raise Unreadable(
            f"is not UTF-8 text ({error.reason})", "save it again from PubMed"
        ) from None
    if rest:
        yield rest


def _html() -> Unreadable:
    return Unreadable(
        "is an HTML page, not XML: often a server's error page", "download it again"
    )
