"""What an element of PubMed's XML says: its text, its children, its date."""

from collections.abc import Iterator
from datetime import date
from typing import Any, TypeAlias
from unicodedata import is_normalized

from lxml import etree

from curation.retrieve import dates
from evidence.records import PartialDate, normalise

Element: TypeAlias = etree._Element

_MSUP = "{http://www.w3.org/1998/Math/MathML}msup"


class UndefinedEntityError(Exception):
    """An entity reference that stayed in the tree, as `&name;`."""


def text(element: Element | None) -> str | None:
    """Return an element's text with its markup unwrapped; None where it is empty.

    Superscripts are written as `^` and their text, in MathML too, because without it
    ten to the minus three reads as a range. Everything else is its text alone.
    """
    if element is None:
        return None
    raw = _unwrapped(element) if len(element) else element.text
    if not raw:
        return None
    # Nearly every text is in NFC; this is then what normalising does, in half its time.
    spaced = " ".join(raw.split())
    return (spaced if is_normalized("NFC", spaced) else normalise(spaced)) or None


def _unwrapped(element: Element) -> str:
    parts = [element.text or ""]
    for child in element:
        tag: object = child.tag
        if isinstance(tag, str):
            inner = _unwrapped(child) if len(child) else child.text or ""
            raised = tag == "sup" or (
                element.tag == _MSUP and child.getprevious() is not None
            )
            parts.append(f"^{inner}" if raised and inner.strip() else inner)
        elif isinstance(child, etree._Entity):
            raise UndefinedEntityError(child.text)
        parts.append(child.tail or "")
    return "".join(parts)


def children(element: Element | None) -> dict[Any, Element]:
    """Return the children by name; of a name that repeats, the first."""
    found: dict[Any, Element] = {}
    if element is not None:
        for child in element:
            found.setdefault(child.tag, child)
    return found


def each(element: Element | None, *tags: str) -> Iterator[Element]:
    """Yield the children with one of these names, in order."""
    return iter(()) if element is None else element.iterchildren(*tags)


def texts(element: Element | None, *tags: str) -> tuple[str, ...]:
    """Return the texts of the children with one of these names; no empty ones."""
    return tuple(t for child in each(element, *tags) if (t := text(child)) is not None)


def attribute(element: Element | None, name: str) -> str | None:
    """Return an attribute's text, None where it is absent or empty."""
    return None if element is None else (normalise(element.get(name) or "") or None)


def partial(element: Element | None) -> PartialDate | None:
    """Return the date of a PubDate or ArticleDate."""
    parts = children(element)
    return dates.partial(
        text(parts.get("Year")),
        text(parts.get("Month")),
        text(parts.get("Day")),
        text(parts.get("MedlineDate")) or text(parts.get("Season")),
    )


def day(element: Element | None) -> date | None:
    """Return the calendar day that Year, Month and Day are."""
    parts = children(element)
    return dates.day(
        text(parts.get("Year")), text(parts.get("Month")), text(parts.get("Day"))
    )
