"""References in the RIS format of reference managers; pure.

Two letters, two spaces, a hyphen, a space, a value; "TY" opens an entry and "ER"
closes it. Programs differ in which tag holds the journal, and in much else.
"""

import re
from collections.abc import Iterator, Mapping, Sequence

from curation.retrieve import entries
from evidence.review import Reference, ReferenceKind

_TAG = re.compile(r"([A-Z][A-Z0-9])  ?-(?: (.*)|\s*)$")
_KINDS = {
    "JOUR": ReferenceKind.ARTICLE,
    "JFULL": ReferenceKind.ARTICLE,
    "EJOUR": ReferenceKind.ARTICLE,
    "MGZN": ReferenceKind.ARTICLE,
    "INPR": ReferenceKind.ARTICLE,
    "ABST": ReferenceKind.ARTICLE,
    "UNPB": ReferenceKind.ARTICLE,
    "BOOK": ReferenceKind.BOOK,
    "CHAP": ReferenceKind.BOOK,
    "ECHAP": ReferenceKind.BOOK,
    "EBOOK": ReferenceKind.BOOK,
    "EDBOOK": ReferenceKind.BOOK,
    "THES": ReferenceKind.BOOK,
    "RPRT": ReferenceKind.BOOK,
    "CONF": ReferenceKind.BOOK,
    "ELEC": ReferenceKind.WEB_PAGE,
    "BLOG": ReferenceKind.WEB_PAGE,
    "WEB": ReferenceKind.WEB_PAGE,
}
Fields = Mapping[str, Sequence[str]]


def is_ris(text: str) -> bool:
    """Return whether a file's text is RIS."""
    return re.search(r"^\ufeff?TY  ?- ", text, re.MULTILINE) is not None


def read(text: str) -> tuple[Reference, ...]:
    """Return the references of a RIS file, numbered in its order."""
    return tuple(_row(n, fields) for n, fields in enumerate(_entries(text), start=1))


def _entries(text: str) -> Iterator[Fields]:
    fields: dict[str, list[str]] | None = None
    values: list[str] = []
    for line in text.removeprefix("\ufeff").splitlines():
        tagged = _TAG.match(line.strip())
        if tagged is None:
            if values and line.strip():
                # A long value goes on, on a line of its own.
                values[-1] = f"{values[-1]} {line.strip()}"
            continue
        tag, value = tagged[1], " ".join((tagged[2] or "").split())
        if tag in ("TY", "ER"):
            if fields is not None:
                yield fields
            fields, values = ({} if tag == "TY" else None), []
        if fields is not None and tag != "ER":
            values = fields.setdefault(tag, [])
            values.append(value)
    if fields is not None:
        yield fields


def _first(fields: Fields, *tags: str) -> str:
    return next((v for tag in tags for v in fields.get(tag, ()) if v), "")


def _row(number: int, fields: Fields) -> Reference:
    kind = _KINDS.get(_first(fields, "TY").upper(), ReferenceKind.ARTICLE)
    people, groups, others = _authors([*fields.get("AU", ()), *fields.get("A1", ())])
    first, last = _first(fields, "SP"), _first(fields, "EP")
    pages = first if "-" in first or last in ("", first) else f"{first}-{last}"
    entry = entries.Entry(
        kind=kind,
        authors=people,
        et_al=others,
        collective="; ".join(groups),
        title=_first(fields, "TI", "T1", "CT", "BT"),
        container=_first(fields, "JO", "JA", "J2", "T2", "JF", "BT"),
        publisher=_first(fields, "PB"),
        year=_first(fields, "PY", "Y1", "DA"),
        volume=_first(fields, "VL"),
        issue=_first(fields, "IS", "CP"),
        pages=pages,
        article_number=_first(fields, "C7"),
        doi=_first(fields, "DO") or _doi_of(fields),
        url=_first(fields, "UR", "L2"),
    )
    return entries.row(number, entry, "RIS")


def _doi_of(fields: Fields) -> str:
    """Return a DOI that stands where programs without a tag for it put it."""
    for value in (*fields.get("UR", ()), *fields.get("M3", ()), *fields.get("N1", ())):
        if "doi" in value.lower() and (found := re.search(r"10\.\d{4,9}/\S+", value)):
            return found.group()
    return ""


def _authors(values: Sequence[str]) -> tuple[list[str], list[str], bool]:
    people: list[str] = []
    groups: list[str] = []
    others = False
    for value in filter(None, values):
        family, comma, given = (part.strip() for part in value.partition(","))
        if re.fullmatch(r"(?:et al|others)\.?", value, re.IGNORECASE):
            others = True
        elif given:
            first, _, suffix = given.partition(",")
            people.append(entries.name(family, first, suffix))
        elif not comma and re.fullmatch(r"[^\d,]+ [A-Z]{1,3}", value):
            people.append(value)
        else:
            groups.append(family)
    return people, groups, others
