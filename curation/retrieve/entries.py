"""An entry of a reference manager's file as a row of the review's list; pure.

Such a file holds parts and no printed line: the line is made from the parts, in
Vancouver style, as a journal would print it.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from curation.retrieve import folding
from curation.retrieve.vancouver import page_or_number
from evidence.review import Reference, ReferenceKind

_PARTICLE = re.compile(r"(?:[a-z][\w'’]*|al|De|La|Van|Von)$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What such a file may say; "" where it says nothing."""

    kind: ReferenceKind
    authors: Sequence[str] = ()
    """People, as "Rush AJ"."""
    et_al: bool = False
    collective: str = ""
    title: str = ""
    container: str = ""
    """The journal, or the book of a chapter."""
    publisher: str = ""
    year: str = ""
    volume: str = ""
    issue: str = ""
    pages: str = ""
    article_number: str = ""
    doi: str = ""
    url: str = ""


def row(number: int, entry: Entry, source: str) -> Reference:
    """Return an entry as a row, with a note of what it lacks.

    Parameters
    ----------
    number
        Its place in the file.
    entry
        Its parts.
    source
        The kind of file, for an entry that is empty.
    """
    hyphenated = re.sub(r"\s*(?:--+|[-–—])\s*", "-", entry.pages)
    # "and" twice, or initials alone that are none, leave a name of no letters.
    named = [author for author in entry.authors if author.strip()]
    entry = replace(entry, pages=hyphenated, authors=named)
    is_article = entry.kind is ReferenceKind.ARTICLE
    found = re.search(r"(?<!\d)(?:1[5-9]|20)\d\d(?!\d)", entry.year)
    doi = folding.doi(entry.doi)
    printed = None if doi is None else _as_printed(entry.doi, doi)
    pages, article_number = page_or_number(entry.pages or None, doi)
    url = entry.url if entry.url and "doi.org/" not in entry.url else ""
    values = {
        "number": number,
        "raw": _line(entry, found.group() if found else "", printed, url)
        or f"(an empty entry of the {source} file)",
        "kind": entry.kind,
        "authors": tuple(entry.authors),
        "et_al": entry.et_al,
        "collective": entry.collective or None,
        "title": entry.title.rstrip(".") or None,
        "journal": (entry.container or None) if is_article else None,
        "year": int(found.group()) if found else None,
        "volume": entry.volume or None,
        "issue": entry.issue or None,
        "pages": pages,
        "article_number": entry.article_number or article_number,
        "doi_printed": printed,
        "url": url or None,
    }
    made = Reference.model_validate(values)
    return made.model_copy(update={"note": _note(made, entry) or None})


def name(family: str, given: str = "", suffix: str = "") -> str:
    """Return "Rush AJ" of Rush, A. John; initials that are given stay as they are."""
    words = re.findall(r"[^\W\d_]+\.?", given)
    if len(words) == 1 and re.fullmatch(r"[^\W\d_]{1,4}", words[0]) and given.isupper():
        initials = words[0]
    else:
        initials = "".join(word[0] for word in words if word[0].isupper())
    suffix = suffix.strip(" .")
    return " ".join(part for part in (family.strip(), initials, suffix) if part)


def natural_name(text: str) -> str:
    """Return "van der Kolk BA" of Bessel A. van der Kolk."""
    words = text.split()
    at = len(words) - 1
    while at > 1 and _PARTICLE.match(words[at - 1]):
        at -= 1
    return name(" ".join(words[at:]), " ".join(words[:at]))


def _as_printed(text: str, folded: str) -> str:
    start = text.lower().find(folded[:8])
    return text[start : start + len(folded)] if start >= 0 else folded


def _line(entry: Entry, year: str, doi: str | None, url: str) -> str:
    people = [*entry.authors, *(["et al"] if entry.et_al else [])]
    by = "; ".join(part for part in (", ".join(people), entry.collective) if part)
    volume = entry.volume + (f"({entry.issue})" if entry.issue else "")
    place = ":".join(p for p in (volume, entry.pages or entry.article_number) if p)
    when = ";".join(part for part in (year, place) if part)
    sentences = (by, entry.title, entry.container, entry.publisher, when)
    printed = " ".join(
        s if s[-1] in ".?!" else f"{s}." for s in map(str.strip, sentences) if s
    )
    address = f"https://doi.org/{doi}" if doi else url
    return f"{printed} {address}".strip()


def _note(made: Reference, entry: Entry) -> str:
    said: list[str] = []
    if entry.doi and made.doi_printed is None:
        said.append(f"It gives as DOI what is none: {entry.doi}.")
    wanted = {
        "authors": bool(made.authors or made.collective),
        "title": made.title is not None,
        "year": made.year is not None,
    }
    if made.kind is ReferenceKind.ARTICLE:
        wanted |= {
            "journal": made.journal is not None,
            "volume": bool(made.volume or made.issue),
            "pages": bool(made.pages or made.article_number),
        }
    if missing := [part for part, there in wanted.items() if not there]:
        said.append(f"Not given: {', '.join(missing)}.")
    return " ".join(said)
