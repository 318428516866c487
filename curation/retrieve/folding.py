"""Printed words folded so that two printings of one thing become equal.

Only for comparison: what is stored and shown is always the text as printed.
"""

import re
import unicodedata
from functools import lru_cache

from curation.retrieve import identifiers

_MARKUP = re.compile(r"<[^<>]{1,40}>|&#?[a-z0-9]{2,8};", re.IGNORECASE)
_WORD = re.compile(r"[^\W_]+")
_ADDED = re.compile(
    r"\(author'?s? transl\)|\(+(?:r|tm|c)\)+|[®™©]|"
    r"^\W*retracted(?: article)?:|"
    r"[\[(](?:letter|comment|reply|abstract|editorial|review|erratum)[\])]",
    re.IGNORECASE,
)
"""What PubMed, a journal or a list of references adds to a title."""
_SUBTITLE = re.compile(r"\s*(?:[:;?!]|\.\s|\s[-–—]\s)\s*")
_UNDECOMPOSED = str.maketrans(
    {"ß": "ss", "ø": "o", "æ": "ae", "œ": "oe", "ł": "l", "đ": "d", "ð": "d", "þ": "th"}
)
_ROMAN = {
    numeral: str(value)
    for value, numeral in enumerate(
        ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x"), start=1
    )
}
_INITIALS = re.compile(r"(?:[A-Z][.\s-]*){1,4}")
_SUFFIX = re.compile(r"\s+(?:Jr|Sr|2nd|3rd|II|III|IV)\.?$")
_PAGE = re.compile(r"([a-z]*)0*(\d+)([a-z]?)")
_VERSION = re.compile(r"(?:\.pub\d+|(?<=\d)e)$")
_NUMBER = re.compile(r"\d+")
_SMALL = frozenset({"the", "of", "and", "for", "in", "on", "de", "der", "fur", "la"})


def fold(text: str) -> str:
    """Return `text` in lower case without diacritics, Greek letters spelled out."""
    if text.isascii():
        return text.lower()
    spelled = "".join(_greek(c) if "Ͱ" <= c <= "Ͽ" else c for c in text)
    decomposed = unicodedata.normalize("NFKD", spelled.casefold())
    plain = "".join(c for c in decomposed if not unicodedata.combining(c))
    return plain.translate(_UNDECOMPOSED)


def _greek(character: str) -> str:
    name = unicodedata.name(character, "").removesuffix(" WITH TONOS")
    before, letter, spelled = name.partition(" LETTER ")
    return spelled.lower() if letter and before.startswith("GREEK") else character


@lru_cache(maxsize=4096)
def words(title: str) -> tuple[str, ...]:
    """Return the words of a title, folded, without markup and punctuation."""
    bare = _ADDED.sub(" ", _MARKUP.sub("", title))
    return tuple(_WORD.findall(fold(bare)))


def squeezed(title: str) -> str:
    """Return a title's letters and digits only: hyphens and spaces never decide."""
    return "".join(words(title))


def main_title(title: str) -> str:
    """Return the part of a title before its subtitle; all of it where it has none."""
    return _SUBTITLE.split(title.strip(), maxsplit=1)[0]


def markers(title: str) -> frozenset[str]:
    """Return what tells "Part I" from "Part II": numbers, numerals, single letters.

    The two titles are alike in everything else, so that these few signs outweigh
    any similarity.
    """
    found: set[str] = set()
    for word in words(title):
        found.update(_NUMBER.findall(word))
        if word in _ROMAN:
            found.add(_ROMAN[word])
        elif len(word) == 1 and word not in "as" and not word.isdigit():
            found.add(word)
    return frozenset(found)


def surname(name: str) -> str | None:
    """Return the folded family name of "Zarate CA Jr" or "Zarate, Carlos A."."""
    bare = _SUFFIX.sub("", name.strip().rstrip(".,"))
    family, comma, _ = bare.partition(",")
    if not comma:
        parts = bare.split()
        if len(parts) > 1 and _INITIALS.fullmatch(parts[-1]):
            parts.pop()
        while len(parts) > 1 and len(parts[-1].strip(".")) == 1:
            parts.pop()
        family = " ".join(parts)
    return "".join(_WORD.findall(fold(family))) or None


def doi(text: str | None) -> str | None:
    """Return a DOI in lower case, without resolver, escapes and closing punctuation."""
    bare = "".join((text or "").replace("\\", "").split()).rstrip(".,;")
    if bare.endswith(")") and bare.count("(") < bare.count(")"):
        bare = bare[:-1]
    found = identifiers.doi(bare)
    return None if found is None else found.lower()


def doi_stem(text: str) -> str:
    """Return a folded DOI without what marks a later version or an erratum.

    A Cochrane review's next version ends in ".pub3" for ".pub2"; some journals add an
    "e" for the erratum.
    """
    return _VERSION.sub("", text)


def first_page(pages: str | None) -> str | None:
    """Return the first page or article number: "s12" of "S12-8", "f3646"."""
    found = _PAGE.search(fold(pages or ""))
    return "".join(found.groups()) if found else None


def same_page(one: str, other: str) -> bool:
    """Return whether two first pages are one; an "e" before it is often left out."""
    return one == other or one.lstrip("e") == other.lstrip("e")


def volume(text: str | None) -> str | None:
    """Return the number of a volume: "58" of "58 Suppl 13"; a name as it is."""
    folded = fold(text or "")
    found = _NUMBER.search(folded)
    return found.group().lstrip("0") if found else (folded.strip() or None)


def same_journal(one: str, other: str) -> bool:
    """Return whether two printings may name one journal.

    "Am J Psychiatry" and "The American journal of psychiatry" agree word by word; so
    do "Lancet" and "Lancet Lond Engl", which is why agreement alone proves little.
    """
    left, right = _title_words(one), _title_words(other)
    if not left or not right:
        return False
    return all(
        a.startswith(b) or b.startswith(a) for a, b in zip(left, right, strict=False)
    )


def _title_words(journal: str) -> tuple[str, ...]:
    bare = re.sub(r"\([^)]*\)", " ", journal.replace("&", " "))
    return tuple(word for word in words(bare) if word not in _SMALL)
