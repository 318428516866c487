"""References in BibTeX; pure.

Entries with values in braces, in quotes or as bare words, joined by "#"; @string
gives a word for a text. Accents written in TeX become letters, braces fall away.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping

from curation.retrieve import entries
from evidence.review import Reference, ReferenceKind

_START = re.compile(r"@(\w+)\s*[{(]")
_NAME = re.compile(r"\s*,?\s*([\w:.+/-]+)\s*=\s*", re.ASCII)
_KEY = re.compile(r"\s*([^,={}]*?)\s*(?:,|(?=[})]))")
_END = re.compile(r"\s*,?\s*[})]")
_JOINED = re.compile(r"\s*#\s*")
_NEXT = re.compile(r"^\s*@\w+\s*[{(]", re.MULTILINE)
_SIGN = re.compile(r'\\.|[{}"]', re.DOTALL)
_WORD = re.compile(r"[\w:.+/-]+")
_KINDS = {
    "article": ReferenceKind.ARTICLE,
    "unpublished": ReferenceKind.ARTICLE,
    "online": ReferenceKind.WEB_PAGE,
    "electronic": ReferenceKind.WEB_PAGE,
    "www": ReferenceKind.WEB_PAGE,
}
_ACCENTS = {
    "`": "\u0300", "'": "\u0301", "^": "\u0302", "~": "\u0303", "=": "\u0304",
    "u": "\u0306", ".": "\u0307", '"': "\u0308", "r": "\u030a", "H": "\u030b",
    "v": "\u030c", "d": "\u0323", "c": "\u0327", "k": "\u0328",
}  # fmt: skip
_LETTERS = {
    "ss": "ß", "o": "ø", "O": "Ø", "l": "ł", "L": "Ł", "ae": "æ", "AE": "Æ",
    "oe": "œ", "OE": "Œ", "aa": "å", "AA": "Å", "i": "ı", "j": "ȷ",
    "textendash": "–", "textemdash": "—", "textquoteright": "’",
}  # fmt: skip
_ACCENTED = re.compile(
    r"""\\(?:
      (?P<sign>[`'^~="."])\s*(?:\{\s*(?P<braced>\\?[A-Za-z])\s*\}|(?P<plain>\\[ij]|[A-Za-z]))
    | (?P<letter>[uvHcdkr])(?:\s*\{\s*(?P<inner>\\?\w)\s*\}|\s+(?P<next>\w))
    )""",
    re.VERBOSE,
)
_LETTER = re.compile(
    rf"\\({'|'.join(sorted(_LETTERS, key=len, reverse=True))})(?![A-Za-z])\s?"
)
_COMMAND = re.compile(r"\\[A-Za-z]+\*?\s*")


def is_bibtex(text: str) -> bool:
    """Return whether a file's text is BibTeX."""
    return re.search(r"^\ufeff?\s*@\w+\s*[{(]\s*[^\s,={}]+\s*,", text, re.M) is not None


def read(text: str) -> tuple[Reference, ...]:
    """Return the references of a BibTeX file, numbered in its order."""
    return tuple(
        _row(number, kind, fields)
        for number, (kind, fields) in enumerate(_entries(text), start=1)
    )


def _entries(text: str) -> Iterator[tuple[str, Mapping[str, str]]]:
    words: dict[str, str] = {}
    at = 0
    while (start := _START.search(text, at)) is not None:
        kind, at = start[1].lower(), start.end()
        if kind in ("comment", "preamble"):
            _, at = _inside(text, at - 1)
        elif kind == "string":
            fields, at = _fields(text, at, words)
            words |= fields
        else:
            key = _KEY.match(text, at)
            fields, at = _fields(text, key.end() if key else at, words)
            yield kind, {name: plain(value) for name, value in fields.items()}


def _fields(text: str, at: int, words: Mapping[str, str]) -> tuple[dict[str, str], int]:
    """Read name = value pairs; return them, and where the entry ends."""
    found: dict[str, str] = {}
    while (name := _NAME.match(text, at)) is not None:
        value, at = _value(text, name.end(), words)
        found.setdefault(name[1].lower(), value)
    end = _END.match(text, at)
    if end is not None:
        return found, end.end()
    # What cannot be read ends this entry; the next one begins with its sign.
    following = _NEXT.search(text, at)
    return found, following.start() if following else len(text)


def _value(text: str, at: int, words: Mapping[str, str]) -> tuple[str, int]:
    parts: list[str] = []
    while True:
        if text[at : at + 1] in ("{", '"'):
            value, at = _inside(text, at)
            parts.append(value)
        else:
            word = _WORD.match(text, at)
            if word is None:
                return "".join(parts), at
            at = word.end()
            parts.append(words.get(word.group().lower(), word.group()))
        joined = _JOINED.match(text, at)
        if joined is None:
            return "".join(parts), at
        at = joined.end()


def _inside(text: str, at: int) -> tuple[str, int]:
    """Return what stands in the braces or quotes that open at `at`, and their end.

    What is never closed ends where the next entry begins, which it must not swallow.
    """
    following = _NEXT.search(text, at + 1)
    limit = following.start() if following else len(text)
    quoted, depth = text[at] == '"', 0
    for sign in _SIGN.finditer(text, at + 1, limit):
        if depth == 0 and sign.group() == ('"' if quoted else "}"):
            return text[at + 1 : sign.start()], sign.end()
        depth += {"{": 1, "}": -1}.get(sign.group(), 0)
    return text[at + 1 : limit], limit


def plain(value: str) -> str:
    """Return a TeX value as text; braces stay, they part names from each other."""
    value = _ACCENTED.sub(_accented, value)
    value = _LETTER.sub(lambda m: _LETTERS[m[1]], value)
    value = re.sub(r"\\([&%$#_{} ])", r"\1", value).replace("~", " ")
    value = _COMMAND.sub("", value.replace("---", "—").replace("$", ""))
    return " ".join(unicodedata.normalize("NFC", value).split())


def _accented(found: re.Match[str]) -> str:
    letter = found["braced"] or found["plain"] or found["inner"] or found["next"]
    return letter.removeprefix("\\") + _ACCENTS[found["sign"] or found["letter"]]


def _bare(text: str) -> str:
    return text.replace("{", "").replace("}", "").strip()


def _row(number: int, kind: str, fields: Mapping[str, str]) -> Reference:
    given = {name: _bare(value) for name, value in fields.items()}
    address = given.get("url") or given.get("howpublished", "")
    address = next(iter(re.findall(r"https?://[^\s,]+", address)), "")
    people, groups, others = _authors(fields.get("author") or fields.get("editor", ""))
    journal = given.get("journal") or given.get("journaltitle", "")
    known = _KINDS.get(kind)
    if known is None and kind == "misc":
        known = ReferenceKind.WEB_PAGE if address and not journal else None
        known = known or ReferenceKind.ARTICLE
    eid = given.get("eid") or given.get("articleno") or given.get("article-number", "")
    entry = entries.Entry(
        kind=known or ReferenceKind.BOOK,
        authors=people,
        et_al=others,
        collective="; ".join(groups),
        title=given.get("title", ""),
        container=journal or given.get("booktitle", ""),
        publisher=given.get("publisher") or given.get("institution", ""),
        year=given.get("year") or given.get("date", ""),
        volume=given.get("volume", ""),
        issue=given.get("number") or given.get("issue", ""),
        pages=given.get("pages", ""),
        article_number=eid,
        doi=given.get("doi", ""),
        url=address,
    )
    return entries.row(number, entry, "BibTeX")


def _authors(value: str) -> tuple[list[str], list[str], bool]:
    people: list[str] = []
    groups: list[str] = []
    others = False
    for one in _split_names(value):
        if one == "others":
            others = True
        elif one.startswith("{") and _inside(one, 0)[1] == len(one):
            groups.append(_bare(one))
        else:
            parts = [part.strip() for part in _bare(one).split(",")]
            if len(parts) > 2:
                people.append(entries.name(parts[0], parts[2], parts[1]))
            elif len(parts) == 2:
                people.append(entries.name(*parts))
            else:
                people.append(entries.natural_name(parts[0]))
    return people, groups, others


def _split_names(value: str) -> Iterator[str]:
    depth, begun = 0, 0
    for sign in re.finditer(r"[{}]|\s+and\s+", value):
        depth += {"{": 1, "}": -1}.get(sign.group(), 0)
        if depth == 0 and sign.group() not in "{}":
            yield value[begun : sign.start()].strip()
            begun = sign.end()
    if value[begun:].strip():
        yield value[begun:].strip()
