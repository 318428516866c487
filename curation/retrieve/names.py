"""Who wrote it, from the head of a printed reference: people, others, a group; pure."""

import re
from dataclasses import dataclass

_UPPER = "A-ZÀ-ÖØ-ÞĀĂĄĆČĎĐĒĘĚĞĢĪĬİĶĹĽŁŃŇŌŐŒŔŘŚŞŠŢŤŪŮŰŹŻŽ"
_WORD = r"['’ʼ]?[^\W\d_](?:[\w'’`ʼ–-]|\.(?=[^\W\d_]))*"
_FAMILY = rf"(?:St\.\s)?{_WORD}(?:\s{_WORD}){{0,4}}?"
_ONE = f"[{_UPPER}]"
_INITIALS = (
    rf"(?:{_ONE}\.(?:[\s-]?{_ONE}\.){{0,4}}|{_ONE}(?:\s{_ONE}){{1,3}}|"
    rf"{_ONE}(?:-?{_ONE}){{0,4}})"
)
"""As "A.J.", "A J" or "AJ"; a title that begins with "PTSD: " is none."""
_SUFFIX = r"(?:,?\s(?:Jr|Sr|2nd|3rd|4th|II|III|IV)\b\.?)"
_END = r"(?=\s*[,;:.]|\s+(?:and|et\s+al)\b|\s*&|\s*$)"
_PERSON = re.compile(
    rf"(?P<family>{_FAMILY}),?\s(?P<initials>{_INITIALS})(?P<suffix>{_SUFFIX})?"
    rf"(?:(?<=\.)(?=\s)|{_END})"
)
_UNINITIALLED = re.compile(rf"[{_UPPER}]{_WORD}(?=[,;.:]\s)")
_BETWEEN = re.compile(r"\s*(?:[,;]\s*(?:and\s+|&\s*)?|\band\s+|&\s*)")
_OTHERS = re.compile(r"[\s,;]*(?:et\s+al|and others)\b\.?", re.IGNORECASE)
_EDITORS = re.compile(r"(?:,\s*|\s*\()(?:[Ee]ditors?|[Ee]ds?)\b\.?\)?")
_STOP = re.compile(r"\s*[.:]\s+|\s*$")
_FOR = re.compile(r"(?:and\s+)?(?:for the|on behalf of(?: the)?|the)\s+", re.IGNORECASE)
_GROUP = re.compile(
    r"\b(?:group|committee|consortium|collaborat\w+|association|organi[sz]ation|"
    r"network|investigators?|society|institutes?|team|panel|task force|council|agency|"
    r"administration|college|academy|cent(?:er|re)s?|ministry|department|federation|"
    r"foundation|initiative|union|commission|board|bureau|office|service|programme?|"
    r"university|hospital|trialists)\b",
    re.IGNORECASE,
)
GROUP_WORDS = 14
"""More words than a group's name has."""


@dataclass(frozen=True, slots=True)
class Heading:
    """The authors of a line, and what follows them."""

    authors: tuple[str, ...]
    et_al: bool
    collective: str | None
    rest: str


def take_authors(line: str) -> Heading:
    """Return the authors at the head of a line; without any, the whole line as rest.

    People are "Rush AJ" or "Rush A.J.", parted by commas, with or without "et al."; a
    group is believed where it follows people after a semicolon or "for the", or where
    the line's first sentence is short and names a body: a group, a society, an agency.
    """
    authors: list[str] = []
    collective: str | None = None
    et_al, at = False, 0
    while True:
        person = _PERSON.match(line, at) or (
            _UNINITIALLED.match(line, at) if authors else None
        )
        if person is None:
            break
        authors.append(_name(person))
        at = person.end()
        others = _OTHERS.match(line, at)
        if others is not None:
            et_al, at = True, others.end()
            break
        between = _BETWEEN.match(line, at)
        if between is None or _EDITORS.match(line, at):
            break
        if group := _group_after(line, between):
            collective, at = group[0], group[1]
            break
        at = between.end()
    if not authors:
        return _of_a_group(line)
    if editors := _EDITORS.match(line, at):
        at = editors.end()
    stop = _STOP.match(line, at)
    if stop is None and line[at - 1] not in ".:":
        return Heading((), False, None, line)
    return Heading(
        tuple(authors), et_al, collective, line[stop.end() if stop else at :].strip()
    )


def _name(person: re.Match[str]) -> str:
    """Return "Rush AJ" of "Rush A.J." and of "Rush, A. J."."""
    found = person.groupdict()
    if "family" not in found:
        return person.group()
    initials = re.sub(r"[.\s]", "", found["initials"])
    suffix = re.sub(r"[.,]", "", found["suffix"] or "").strip()
    return " ".join(part for part in (found["family"], initials, suffix) if part)


def _group_after(line: str, between: re.Match[str]) -> tuple[str, int] | None:
    start = between.end()
    if _PERSON.match(line, start) or _OTHERS.match(line, start):
        return None
    name = re.match(r"[^.;:]+", line[start:])
    if name is None:
        return None
    text = name.group().strip()
    led = _FOR.match(text)
    if not (led or ";" in between.group() or _GROUP.search(text)):
        return None
    return (text[led.end() :] if led else text), start + name.end()


def _of_a_group(line: str) -> Heading:
    # The full stop of an initial ends no sentence: "U.S. Department of ...".
    first, *rest = re.split(rf"(?<!\b[{_UPPER}])\.\s", line, maxsplit=1)
    if rest and len(first.split()) <= GROUP_WORDS and _is_group(first):
        return Heading((), False, first.strip(), rest[0].strip())
    return Heading((), False, None, line)


def _is_group(text: str) -> bool:
    if re.search(r"[:?!]", text):
        return False
    words: list[str] = re.findall(r"[^\W\d_]{4,}", text)
    named = all(word[0].isupper() for word in words) and bool(words)
    abbreviation = re.fullmatch(rf"[{_UPPER}]{{2,8}}", text) is not None
    return abbreviation or (named and _GROUP.search(text) is not None)
