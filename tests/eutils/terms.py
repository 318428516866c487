"""PubMed's query language, as far as this project writes it, over a set of records."""

import re
from collections.abc import Callable, Iterable

from tests.eutils.library import Entry, words

TOKEN = re.compile(
    r'(?P<quoted>"[^"]*")|(?P<tag>\[[^\]]*\])|(?P<sign>[():])'
    r"|(?P<doi>10\.\d{4,9}/[^\s\[\"]+)|(?P<word>[^\s()\[\]\":]+)"
)
OPERATORS = ("AND", "OR", "NOT")


class QueryError(Exception):
    """A query that this small reader does not understand: its test is at fault."""


class Library:
    """Records, and which of them a query finds."""

    def __init__(self, entries: Iterable[Entry], unknown_phrases: set[str]) -> None:
        self.entries = {entry.pmid: entry for entry in entries}
        self.unknown_phrases = unknown_phrases
        self.not_found: list[str] = []
        self._known: dict[tuple[str, str], frozenset[int]] = {}

    def find(self, query: str) -> tuple[list[int], list[str]]:
        """Return the PMIDs that a query finds, newest first, and phrases not found."""
        self.not_found = []
        tokens = [(m.lastgroup or "", m[0]) for m in TOKEN.finditer(query)]
        found, rest = self._expression(tokens)
        if rest:
            raise QueryError(f"left over: {rest[:5]}")
        entries = (self.entries[pmid] for pmid in found)
        newest = sorted(entries, key=lambda e: (e.created, e.pmid), reverse=True)
        return [entry.pmid for entry in newest], list(dict.fromkeys(self.not_found))

    def _expression(self, tokens: list[tuple[str, str]]) -> tuple[set[int], list]:
        """Operators are read from left to right, as PubMed does."""
        found, tokens = self._operand(tokens)
        while tokens and tokens[0][1] in OPERATORS:
            operator = tokens[0][1]
            other, tokens = self._operand(tokens[1:])
            if operator == "AND":
                found = found & other
            elif operator == "OR":
                found = found | other
            else:
                found = found - other
        return found, tokens

    def _operand(self, tokens: list[tuple[str, str]]) -> tuple[set[int], list]:
        if not tokens:
            raise QueryError("an operand is missing")
        if tokens[0][1] == "(":
            found, tokens = self._expression(tokens[1:])
            if not tokens or tokens[0][1] != ")":
                raise QueryError("a parenthesis is not closed")
            return found, tokens[1:]
        low, tag, tokens = _term(tokens)
        if tokens and tokens[0][1] == ":":
            high, last_tag, tokens = _term(tokens[1:])
            return set(self._range(low, high, last_tag or tag)), tokens
        return set(self._atom(low, tag)), tokens

    def _atom(self, text: str, tag: str) -> frozenset[int]:
        quoted = text.startswith('"')
        value = text.strip('"').strip()
        if quoted and value.lower() in self.unknown_phrases:
            self.not_found.append(f"{text}[{tag}]")
            return frozenset()
        if (value, tag) not in self._known:
            test = _test(value, tag)
            self._known[value, tag] = frozenset(
                pmid for pmid, entry in self.entries.items() if test(entry)
            )
        return self._known[value, tag]

    def _range(self, low: str, high: str, tag: str) -> Iterable[int]:
        low, high = low.strip('"'), high.strip('"')
        if tag in ("uid", "pmid"):
            return [p for p in self.entries if int(low) <= p <= int(high)]
        days = {"crdt": "created", "lr": "revised"}
        first, last = _day(low, "01"), _day(high, "99")
        if tag == "dp":
            return [
                p for p, e in self.entries.items() if low[:4] <= str(e.year) <= high[:4]
            ]
        if tag not in days:
            raise QueryError(f"no range of [{tag}]")
        return [
            pmid
            for pmid, entry in self.entries.items()
            if first <= getattr(entry, days[tag]).isoformat() <= last
        ]


def _term(tokens: list[tuple[str, str]]) -> tuple[str, str, list[tuple[str, str]]]:
    """Return a quoted phrase or some bare words, and their field."""
    parts: list[str] = []
    while tokens and tokens[0][0] in ("quoted", "word", "doi"):
        if tokens[0][1] in OPERATORS:
            break
        parts.append(tokens[0][1])
        tokens = tokens[1:]
    if not parts:
        raise QueryError(f"no term at {tokens[:3]}")
    if tokens and tokens[0][0] == "tag":
        return " ".join(parts), tokens[0][1][1:-1].strip().lower(), tokens[1:]
    return " ".join(parts), "all", tokens


def _day(text: str, fill: str) -> str:
    parts = [*text.split("/"), fill, fill][:3]
    return "-".join(part.zfill(2) for part in parts)


def _test(value: str, tag: str) -> Callable[[Entry], bool]:
    phrase, lower = words(value), value.lower()
    name = lower.replace(",", "")
    tests: dict[str, Callable[[Entry], bool]] = {
        "uid": lambda e: str(e.pmid) == value,
        "ti": lambda e: phrase in e.title_words,
        "tiab": lambda e: phrase in e.text_words,
        "mh": lambda e: lower in (h.lower() for h in e.mesh),
        "nm": lambda e: lower in (s.lower() for s in e.substances),
        "pt": lambda e: lower in (t.lower() for t in e.types),
        "doi": lambda e: lower == e.doi.lower(),
        "dp": lambda e: str(e.year) == value[:4],
        "au": lambda e: any(
            f" {a.lower()} ".startswith(f" {name} ") for a in e.authors
        ),
        "1au": lambda e: f" {[*e.authors, ''][0].lower()} ".startswith(f" {name} "),
        "ta": lambda e: lower.replace(".", "") == e.journal.lower().replace(".", ""),
        "vi": lambda e: value == e.volume,
        "ip": lambda e: value == e.issue,
        "pg": lambda e: value == e.first_page,
        "all": lambda e: (
            phrase in e.text_words
            or any(phrase in words(h) for h in (*e.mesh, *e.authors))
        ),
    }
    same = {"pmid": "uid", "aid": "doi", "lid": "doi", "mh:noexp": "mh", "majr": "mh"}
    same |= {"title": "ti", "title/abstract": "tiab", "author": "au", "jour": "ta"}
    # PubMed ignores a field that it does not know, and says nothing.
    return tests.get(same.get(tag, tag), tests["all"])
