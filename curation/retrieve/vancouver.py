"""A printed reference in Vancouver style as its parts; pure.

    Authors. Title. Journal. Year;Volume(Issue):Pages. DOI or address.

What a line lacks, or what cannot be told apart, stays out and is named in the row's
note: a row is never dropped, and no part of it is guessed.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from curation.retrieve import addresses
from curation.retrieve.names import take_authors
from curation.retrieve.numbered import Numbered, split
from evidence.review import Reference, ReferenceKind

_MONTH = (
    r"(?:Jan|Feb|Mar|Apr|May|June?|July?|Aug|Sept?|Oct|Nov|Dec|Spring|Summer|Fall|"
    r"Autumn|Winter)[a-z]*\.?"
)
_DAY = r"\s+\d{1,2}(?:\s*[-–]\s*\d{1,2})?"
_DATE = rf"(?:\s+{_MONTH}(?:\s*[-–/]\s*{_MONTH})?(?:{_DAY})?)?"
_YEAR = r"(?:1[5-9]|20)\d\d"
_PART = r"(?:Suppl|Supplement|Pt|Part|Spec(?:ial)? (?:No|Issue))\b\.?(?:\s*[\w-]+)?"
_PAGE = r"(?:[A-Za-z]{0,6}\d\w*(?:\.e\d+)?|[ivxlc]+\b)"
_PLACE = re.compile(
    rf"""(?P<year>{_YEAR}){_DATE}\s*;\s*
    (?:Vol(?:ume)?\b\.?\s*)?
    (?P<volume>[A-Za-z]{{0,2}}\d+[A-Za-z]?(?:\s?[-–/]\s?(?:\d+|[A-Z]\b))?|[ivx]+(?=[:(]))?
    (?P<part>\s*{_PART}(?:\s+{_PART})?)?
    \s*(?:\((?:No\b\.?\s*)?(?P<issue>(?:[^()]|\([^()]*\))+)\))?
    (?P<more>\s*{_PART})?
    \s*(?::\s*(?:pp?\.\s*)?(?P<pages>{_PAGE}(?:\s*[-–—]+\s*{_PAGE})?(?:,\s*{_PAGE}\s*[-–]\s*{_PAGE})*))?
    (?=[.,:;\s\])]|$)""",
    re.VERBOSE,
)
_AHEAD = r"\s*\(?(?:Epub|Online|In press|Forthcoming|Ahead of)[^.]*\)?"
_YEAR_LAST = re.compile(
    rf"[.,]\s+(?P<year>{_YEAR}){_DATE}\.?(?:\s*\[[^\]]*\]|{_AHEAD})?[\s.;:]*$",
    re.IGNORECASE,
)
_SEEN = re.compile(
    r"\[(?:Internet|Online|[Cc]ited|[Aa]ccessed|[Uu]pdated)\b[^\]]*\]|"
    r"(?:(?<=[.,;] )|(?<=[\])] ))\(?(?:(?:[Ll]ast )?[Aa]ccessed|Retrieved|Cited|"
    r"Available (?:from|at|online))\b[^.]*\.?"
)
"""Where and when a page was seen."""
_ASIDE = re.compile(r"\bPM(?:CID|ID):?\s*(?:PMC)?\d+|\bEpub\s+\d{4}[^.;]*[.;]?")
_BOOK = re.compile(
    r"\bIn:\s|\b(?:editors?|eds?)\b[.,)]|\b\d+(?:st|nd|rd|th) ed\b|\bISBN\b|\bPress\b|"
    rf"\bPublish(?:er|ers|ing)\b|\bVerlag\b|[^.:]+:\s[^.:;]+[;,]\s*{_YEAR}\b"
)
_BOUNDARY = re.compile(r"(?<=[.?!\]])\s+(?=[^\s])")
_OWN_CASE = re.compile(r"[A-Z0-9]|[a-z]{1,4}[A-Z]|(?:bio|med|psy)Rxiv|npj\b")
_ABBREVIATED = re.compile(r"[A-Z][\w-]{0,20}\.")
_TWO_WORDS = re.compile(r"[A-Z][\w-]+ (?!I+\.)[A-Z][\w-]{0,10}\.")
"""How such a journal may begin: "Diabetes Res. Clin. Pract."."""


def read(text: str) -> tuple[Reference, ...]:
    """Return the references of a list in Markdown or plain text, in its order."""
    return tuple(parse(line) for line in split(text))


def parse(line: Numbered) -> Reference:
    """Return a printed line as its parts, with a note of what it lacks."""
    found = addresses.take(line.text)
    body = _ASIDE.sub(" ", _SEEN.sub(" ", found.rest))
    heading = take_authors(" ".join(body.split()))
    parts = _parts(heading.rest)
    kind = _kind(line.text, heading.rest, parts, found)
    if kind is not ReferenceKind.ARTICLE:
        parts = _of_a_whole(heading.rest)
    elif not (heading.authors or heading.collective or parts.year or found.printed):
        parts = _Parts()  # Nothing in it is as expected: nothing is its title.
    pages, article_number = page_or_number(parts.pages, found.doi or found.printed)
    values = {
        "number": line.number,
        "raw": line.text,
        "kind": kind,
        "authors": heading.authors,
        "et_al": heading.et_al,
        "collective": heading.collective,
        "title": parts.title,
        "journal": parts.journal,
        "year": parts.year,
        "volume": parts.volume,
        "issue": parts.issue,
        "pages": pages,
        "article_number": article_number,
        "doi_printed": found.printed,
        "doi": found.doi,
        "doi_note": found.note,
        "url": found.url,
    }
    row = Reference.model_validate(values)
    return row.model_copy(update={"note": " ".join(_notes(row, line.items)) or None})


@dataclass(frozen=True, slots=True)
class _Parts:
    title: str | None = None
    journal: str | None = None
    year: int | None = None
    volume: str | None = None
    issue: str | None = None
    pages: str | None = None


def _parts(rest: str) -> _Parts:
    """Return title, journal and place of what follows the authors."""
    places = [
        p for p in _PLACE.finditer(rest) if p["volume"] or p["issue"] or p["pages"]
    ]
    place = places[-1] if places else None
    last = place or _YEAR_LAST.search(rest)
    if last is None:
        return _Parts(title=_sentence(rest))
    title, journal = _title_and_journal(rest[: last.start()].rstrip(" ,;"))
    if place is None:
        return _Parts(title, journal, int(last["year"]))
    inner = " ".join(
        " ".join(text.split()).rstrip(".")
        for text in (place["part"], place["issue"], place["more"])
        if text
    )
    return _Parts(
        title,
        journal,
        int(place["year"]),
        volume=place["volume"],
        issue=inner or None,
        pages="".join(place["pages"].split()) if place["pages"] else None,
    )


def _title_and_journal(head: str) -> tuple[str | None, str | None]:
    """Part a title from the journal, which is the last sentence.

    A journal's abbreviation may have full stops of its own: "J. Affect. Disord.".
    """
    pieces = _BOUNDARY.split(head)
    at = len(pieces) - 1
    while at > 0 and not _OWN_CASE.match(pieces[at]):
        at -= 1
    last = at
    while at > 1 and _ABBREVIATED.fullmatch(pieces[at - 1]):
        at -= 1
    if 1 < at < last and _TWO_WORDS.fullmatch(pieces[at - 1]):
        at -= 1
    if at == 0:
        return _title(head), None
    journal = " ".join(pieces[at:]).rstrip(" .")
    if ". " in journal:
        journal = journal.replace(".", "")
    return _title(" ".join(pieces[:at])), journal or None


def _title(text: str) -> str | None:
    bare = text.strip().rstrip(".,;: ")
    return bare if re.search(r"[^\W\d_]", bare) else None


def _sentence(text: str) -> str | None:
    """Return the first sentence as a title."""
    return _title(re.split(r"(?<=[.?!])(?<!\.[A-Z]\.)\s+(?=[A-Z0-9])", text)[0])


def _of_a_whole(rest: str) -> _Parts:
    """Return title and year of a book, a chapter or a page."""
    years = re.findall(rf"(?<![\d-]){_YEAR}(?![\d-])", rest)
    return _Parts(title=_sentence(rest), year=int(years[-1]) if years else None)


def _kind(line: str, rest: str, parts: _Parts, found: addresses.Found) -> ReferenceKind:
    if parts.volume or parts.pages or parts.issue:
        return ReferenceKind.ARTICLE
    if found.url is not None and found.printed is None:
        if _SEEN.search(line) or not parts.journal:
            return ReferenceKind.WEB_PAGE
        return ReferenceKind.ARTICLE
    if _BOOK.search(rest) and found.printed is None:
        return ReferenceKind.BOOK
    return ReferenceKind.ARTICLE


def page_or_number(pages: str | None, doi: str | None) -> tuple[str | None, str | None]:
    """Return pages, or the article number that is printed in their place.

    A lone number is one where it has the letters of one ("e123", "CD006528"), five
    digits or more, or stands with leading figures at the end of the DOI.
    """
    if pages is None or re.search(r"[-–—,]", pages):
        return pages, None
    if not pages.isdigit():
        lettered = re.fullmatch(r"(?!S)[A-Za-z]+\d{2,}\w*", pages, re.IGNORECASE)
        return (None, pages) if lettered else (pages, None)
    run = re.search(r"(\d+)\D*$", doi or "")
    in_doi = run is not None and run[1].endswith(pages) and len(run[1]) > len(pages)
    return (None, pages) if len(pages) >= 5 or in_doi else (pages, None)


def _notes(row: Reference, items: int) -> Iterator[str]:
    if items > 1:
        yield f"Printed as {items} list items, joined here with a space."
    if (row.title or "").startswith("["):
        yield "The title is in square brackets: translated from another language."
    expected = {
        "authors": bool(row.authors or row.collective),
        "title": row.title is not None,
        "year": row.year is not None,
    }
    if row.kind is ReferenceKind.ARTICLE:
        expected["journal"] = row.journal is not None
        expected["volume"] = bool(row.volume or row.issue)
        expected["pages"] = bool(row.pages or row.article_number)
    if missing := [name for name, there in expected.items() if not there]:
        yield f"Not recognised in the line: {', '.join(missing)}."
