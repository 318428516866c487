"""Printed citations as ECitMatch takes them, and its answers: lines of text."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from curation.retrieve import identifiers
from curation.retrieve.faults import Fault, Remedy, of_error
from evidence.records import normalise


class Match(StrEnum):
    """What ECitMatch says of a citation."""

    FOUND = "found"
    AMBIGUOUS = "ambiguous"
    NOT_FOUND = "not_found"
    UNKNOWN_JOURNAL = "unknown_journal"
    NOT_ASKED = "not_asked"
    """It has no journal. ECitMatch stops at such a line, and the rest is unanswered."""
    UNANSWERED = "unanswered"
    """NCBI fails on this citation, and on no other that was asked with it."""


@dataclass(frozen=True, slots=True)
class Citation:
    """A printed reference as ECitMatch wants it; what is unknown stays empty."""

    journal: str
    year: str = ""
    volume: str = ""
    first_page: str = ""
    author: str = ""


@dataclass(frozen=True, slots=True)
class Matched:
    """ECitMatch's answer to one citation."""

    citation: Citation
    match: Match
    pmid: int | None = None
    candidates: tuple[int, ...] = ()
    """Of an ambiguous citation, where they are few enough to be named."""


def lines(citations: Sequence[Citation]) -> str:
    """Return the request: a line for each, and the first one once more at its end.

    A line of text does not show that its end is missing, and a PMID that lost its last
    digit is another paper. Where the two answers to the first citation are the same,
    everything between them has arrived.
    """
    written = [
        "|".join(
            re.sub(r"[|\s]+", " ", part).strip()
            for part in (c.journal, c.year, c.volume, c.first_page, c.author)
        )
        for c in (*citations, *citations[:1])
    ]
    return "\r".join(f"{line}|c{place}|" for place, line in enumerate(written))


def read(body: bytes, citations: Sequence[Citation]) -> tuple[Matched, ...]:
    """Return the answers in the order of the citations.

    Raises
    ------
    Fault
        Where a line is missing, cut off, or no answer.
    """
    try:
        text = body.decode("utf-8").strip()
    except UnicodeDecodeError:
        raise Fault("the answer is not UTF-8 text", Remedy.AGAIN, body=body) from None
    if text.startswith("<"):
        if found := re.search(r"<ERROR>(.*?)</ERROR>", text, re.DOTALL):
            raise of_error(found[1], body)
        raise Fault("XML in place of lines", Remedy.AGAIN, body=body)
    places = {f"c{place}": place for place in range(len(citations) + 1)}
    answers: dict[int, str] = {}
    for line in re.split(r"[\r\n]+", text):
        # A miss is echoed without its author, so that only the end of a line counts.
        *echoed, answer = line.split("|")
        place = places.get(echoed[-1].strip()) if echoed else None
        if place is None:
            what = f"a line is not an answer: {normalise(line)[:60]!r}"
            raise Fault(what, Remedy.AGAIN, body=body)
        answers[place] = answer.strip()
    if len(answers) != len(places) or answers[0] != answers[len(citations)]:
        raise Fault("lines are missing or cut off", Remedy.AGAIN, body=body)
    return tuple(
        _matched(citation, answers[place], body)
        for place, citation in enumerate(citations)
    )


def _matched(citation: Citation, answer: str, body: bytes) -> Matched:
    if (pmid := identifiers.pmid(answer)) is not None:
        return Matched(citation, Match.FOUND, pmid)
    if answer == "NOT_FOUND":
        return Matched(citation, Match.NOT_FOUND)
    if answer == "NOT_FOUND;INVALID_JOURNAL":
        return Matched(citation, Match.UNKNOWN_JOURNAL)
    if named := re.fullmatch(r"AMBIGUOUS (?:\(\d+ citations\)|([\d, ]+))", answer):
        listed = (identifiers.pmid(part) for part in (named[1] or "").split(","))
        return Matched(citation, Match.AMBIGUOUS, None, tuple(p for p in listed if p))
    what = f"{normalise(answer)[:60]!r} is neither a PMID nor a known answer"
    raise Fault(what, Remedy.AGAIN, body=body)
