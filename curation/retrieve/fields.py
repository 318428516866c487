"""The parts of a record's element: its abstract, authors, identifiers and links."""

from collections.abc import Callable, Iterator
from datetime import date

from curation.retrieve import identifiers
from curation.retrieve.elements import (
    Element,
    attribute,
    children,
    day,
    each,
    partial,
    text,
    texts,
)
from evidence.records import Author, Correction, OtherAbstract, PartialDate, Section


def version(element: Element) -> int:
    """Return a PMID's version; 1 where none is printed."""
    raw = element.get("Version") or "1"
    return int(raw) if raw.isascii() and raw.isdigit() else 1


def sections(abstract: Element | None) -> tuple[Section, ...]:
    """Read AbstractText in order; CopyrightInformation is no abstract."""
    sections = tuple(
        Section(found, attribute(child, "Label"), attribute(child, "NlmCategory"))
        for child in each(abstract, "AbstractText")
        if (found := text(child)) is not None
    )
    if len(sections) == 1 and is_copyright_line(sections[0].text):
        return ()
    return sections


def is_copyright_line(abstract: str) -> bool:
    """Return whether a whole abstract is nothing but a line of copyright."""
    return len(abstract) < 200 and abstract.lower().startswith(
        ("©", "copyright ©", "copyright (c)", "(c) ")
    )


def other_abstracts(element: Element | None) -> Iterator[OtherAbstract]:
    """Yield abstracts in other languages, and those for lay readers."""
    for other in each(element, "OtherAbstract"):
        if pieces := texts(other, "AbstractText"):
            language, kind = attribute(other, "Language"), attribute(other, "Type")
            yield OtherAbstract("\n".join(pieces), language, kind)


def location_doi(element: Element | None) -> str | None:
    """Return the DOI among an article's ELocationIDs; withdrawn ones are skipped."""
    for location in each(element, "ELocationID"):
        if location.get("EIdType") == "doi" and location.get("ValidYN") != "N":
            found = identifiers.doi(text(location))
            if found is not None:
                return found
    return None


def article_ids(ids: Element | None) -> dict[str, str]:
    """Read the article's own ids; those of its references stand elsewhere."""
    readers: dict[str, Callable[[str | None], str | None]] = {
        "doi": identifiers.doi,
        "pmc": identifiers.pmcid,
    }
    found: dict[str, str] = {}
    for child in each(ids, "ArticleId"):
        kind = child.get("IdType") or ""
        if kind in readers and (value := readers[kind](text(child))) is not None:
            found.setdefault(kind, value)
    return found


def pages(pagination: Element | None) -> str | None:
    """Return the pages as PubMed prints them ("113-25"), else first to last."""
    parts = children(pagination)
    printed = text(parts.get("MedlinePgn"))
    first, last = text(parts.get("StartPage")), text(parts.get("EndPage"))
    return printed or (f"{first}-{last}" if first and last else first)


def electronic(article: Element | None) -> PartialDate | None:
    """Return the day of electronic publication."""
    for element in each(article, "ArticleDate"):
        if element.get("DateType", "Electronic") == "Electronic":
            return partial(element)
    return None


def created(history: Element | None) -> date | None:
    """Return the Create Date: PubStatus "entrez", see `medline`."""
    for element in each(history, "PubMedPubDate"):
        if element.get("PubStatus") == "entrez":
            return day(element)
    return None


def mesh(headings: Element | None) -> tuple[str, ...]:
    """Return the MeSH descriptors, without their qualifiers."""
    return tuple(
        name
        for heading in each(headings, "MeshHeading")
        for name in texts(heading, "DescriptorName")
    )


def keywords(element: Element | None) -> tuple[str, ...]:
    """Return the keywords of all owners."""
    return tuple(
        keyword
        for keywords in each(element, "KeywordList")
        for keyword in texts(keywords, "Keyword")
    )


def authors(names: Element | None) -> tuple[Author, ...]:
    """Return persons and groups in order; a name with ValidYN "N" was replaced."""
    authors = []
    for element in each(names, "Author"):
        if element.get("ValidYN") == "N":
            continue
        parts = children(element)
        collective = text(parts.get("CollectiveName"))
        if collective is not None:
            authors.append(Author(collective=collective))
            continue
        author = Author(
            family=text(parts.get("LastName")),
            given=text(parts.get("ForeName")),
            initials=text(parts.get("Initials")),
            suffix=text(parts.get("Suffix")),
        )
        if author != Author():
            authors.append(author)
    return tuple(authors)


def book_authors(document: Element | None, book: Element | None) -> tuple[Author, ...]:
    """Return the authors of the chapter, else of the book, else the editors."""
    for kind in ("authors", "editors"):
        for holder in (document, book):
            for names in each(holder, "AuthorList"):
                if names.get("Type", "authors") == kind and (found := authors(names)):
                    return found
    return ()


def registry_ids(banks: Element | None) -> tuple[str, ...]:
    """Return trial registration numbers; other databanks' numbers are left out."""
    found: dict[str, None] = {}
    for bank in each(banks, "DataBank"):
        parts = children(bank)
        if identifiers.is_trial_registry(text(parts.get("DataBankName"))):
            numbers = parts.get("AccessionNumberList")
            found |= dict.fromkeys(texts(numbers, "AccessionNumber"))
    return tuple(found)


def corrections(links: Element | None) -> tuple[Correction, ...]:
    """Return how other papers bear on this one, with PubMed's RefType."""
    corrections = []
    for link in each(links, "CommentsCorrections"):
        kind = attribute(link, "RefType")
        if kind is not None:
            parts = children(link)
            number = identifiers.pmid(text(parts.get("PMID")))
            corrections.append(Correction(kind, number, text(parts.get("RefSource"))))
    return tuple(corrections)
