"""Which records of a file the protocol's searches would find; pure.

What is applied to a record is the very text that `query` sends to PubMed, so that a
baseline file and PubMed itself give the same records. Two things PubMed knows and a
file does not say:

- A heading ([mh]) also finds the headings below it in the MeSH tree. Here it finds
  itself; a treatment's and the condition's narrower names are text words as well.
- A substance ([nm]) is looked for among text words.
"""

import hashlib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from curation.retrieve import query
from evidence.errors import ProtocolError
from evidence.protocol import Protocol
from evidence.records import Record

EVERYTHING = "all"
"""The selection that keeps every record; no digest is spelled like this."""

_TOKEN = re.compile(
    r'(?P<atom>"[^"]*"\[[^\]]*\]|[^\s()\[\]":]+\[[^\]]*\])|(?P<sign>[():])'
    r"|(?P<operator>AND|OR|NOT)\b|(?P<unknown>\S)"
)
_ATOM = re.compile(r'"?([^"\[]*)"?\[([^\]]*)\]')
_WORD = re.compile(r"[^\W_]+")


class _Read:
    """A record as queries look at it."""

    def __init__(self, record: Record) -> None:
        self.record = record

    @cached_property
    def title(self) -> str:
        return _words(self.record.title or "")

    @cached_property
    def text(self) -> str:
        """Title, abstracts and keywords; no phrase spans two of them."""
        record = self.record
        parts = [s.text for s in record.sections]
        parts += [other.text for other in record.other_abstracts]
        return "\n".join([self.title, *map(_words, (*parts, *record.keywords))])

    @cached_property
    def headings(self) -> frozenset[str]:
        return frozenset(heading.casefold() for heading in self.record.mesh)

    @cached_property
    def types(self) -> frozenset[str]:
        return frozenset(t.casefold() for t in self.record.publication_types)


@dataclass(frozen=True, slots=True)
class _Clause:
    """A part of a query: its words, how many terms it has, and what it asks."""

    source: str
    terms: int
    holds: Callable[[_Read], bool]


class Selection:
    """The protocol's searches, to be asked about one record at a time.

    Parameters
    ----------
    protocol
        Its searches, as `query.every` writes them.

    Raises
    ------
    ProtocolError
        Where a filter asks for a field that files do not tell.
    """

    def __init__(self, protocol: Protocol) -> None:
        texts = [one.text for one in query.every(protocol)]
        self.id = hashlib.sha256("\n".join(texts).encode()).hexdigest()
        """Another one, and other records are kept."""
        searches = [_operands(text) for text in texts]
        in_all = set.intersection(*({c.source for c in s} for s in searches))
        # Condition, filters and date are every search's; few records pass them.
        shared = {c.source: c for c in searches[0] if c.source in in_all}
        self._shared = sorted(shared.values(), key=lambda clause: clause.terms)
        self._own = [
            [clause for clause in search if clause.source not in in_all]
            for search in searches
        ]

    def finds(self, record: Record) -> bool:
        """Return whether a search of the protocol would find this record."""
        read = _Read(record)
        return all(clause.holds(read) for clause in self._shared) and any(
            all(clause.holds(read) for clause in search) for search in self._own
        )


def _words(text: str) -> str:
    return " " + " ".join(_WORD.findall(text.casefold())) + " "


_Token = tuple[str, str]


def _operands(text: str) -> list[_Clause]:
    """Return the clauses that must all hold, of a query that joins them by AND, NOT."""
    clauses, rest = _joined(
        [(match.lastgroup or "", match[0]) for match in _TOKEN.finditer(text)]
    )
    if rest:
        raise _unreadable(rest)
    return clauses


def _joined(tokens: Sequence[_Token]) -> tuple[list[_Clause], Sequence[_Token]]:
    """Read operators from left to right, as PubMed does; AND and NOT stay apart."""
    clause, tokens = _operand(tokens)
    together, alternatives = [clause], list[_Clause]()
    while tokens and tokens[0][0] == "operator":
        operator = tokens[0][1]
        clause, tokens = _operand(tokens[1:])
        if operator == "OR":
            alternatives = [*(alternatives or [_all(together)]), clause]
            continue
        if alternatives:
            together, alternatives = [_either(alternatives)], []
        together.append(clause if operator == "AND" else _not(clause))
    return [_either(alternatives)] if alternatives else together, tokens


def _operand(tokens: Sequence[_Token]) -> tuple[_Clause, Sequence[_Token]]:
    if tokens and tokens[0][1] == "(":
        clauses, rest = _joined(tokens[1:])
        if not rest or rest[0][1] != ")":
            raise _unreadable(rest or tokens)
        return _all(clauses), rest[1:]
    if not tokens or tokens[0][0] != "atom":
        raise _unreadable(tokens)
    low = tokens[0][1]
    if len(tokens) > 2 and tokens[1][1] == ":" and tokens[2][0] == "atom":
        return _between(low, tokens[2][1]), tokens[3:]
    return _atom(low), tokens[1:]


def _all(clauses: list[_Clause]) -> _Clause:
    if len(clauses) == 1:
        return clauses[0]
    parts = tuple(clause.holds for clause in clauses)
    return _Clause(
        f"({' AND '.join(c.source for c in clauses)})",
        sum(c.terms for c in clauses),
        lambda read: all(holds(read) for holds in parts),
    )


def _either(clauses: list[_Clause]) -> _Clause:
    parts = tuple(clause.holds for clause in clauses)
    return _Clause(
        f"({' OR '.join(c.source for c in clauses)})",
        sum(c.terms for c in clauses),
        lambda read: any(holds(read) for holds in parts),
    )


def _not(clause: _Clause) -> _Clause:
    holds = clause.holds
    return _Clause(f"NOT {clause.source}", clause.terms, lambda read: not holds(read))


def _atom(atom: str) -> _Clause:
    value, field = _parts(atom)
    phrase, name = _words(value), value.casefold()
    tests: dict[str, Callable[[_Read], bool]] = {
        "ti": lambda read: phrase in read.title,
        "tiab": lambda read: phrase in read.text,
        "nm": lambda read: phrase in read.text,
        "mh": lambda read: name in read.headings,
        "mh:noexp": lambda read: name in read.headings,
        "pt": lambda read: name in read.types,
        "uid": lambda read: str(read.record.pmid) == value,
    }
    if field not in tests:
        raise _untold(atom, field)
    return _Clause(atom, 1, tests[field])


def _between(low: str, high: str) -> _Clause:
    first, field = _parts(low)
    last, _ = _parts(high)
    source = f"{low} : {high}"
    if field not in ("crdt", "lr"):
        raise _untold(source, field)
    since, until = _day(first, "01"), _day(last, "99")

    def holds(read: _Read) -> bool:
        record = read.record
        day: date | None = record.created if field == "crdt" else record.revised
        return day is not None and since <= day.isoformat() <= until

    return _Clause(source, 1, holds)


def _parts(atom: str) -> tuple[str, str]:
    found = _ATOM.fullmatch(atom)
    if found is None:  # pragma: no cover - the tokens have that shape
        raise AssertionError(atom)
    return found[1].strip(), found[2].strip().lower()


def _day(text: str, fill: str) -> str:
    return "-".join(part.zfill(2) for part in [*text.split("/"), fill, fill][:3])


def _untold(term: str, field: str) -> ProtocolError:
    return ProtocolError(
        f"searches.toml, filters: {term!r} cannot be asked of a file, which does not "
        f"tell [{field}]; load with --all, or leave the filter out"
    )


def _unreadable(tokens: Sequence[_Token]) -> ProtocolError:
    shown = " ".join(text for _, text in tokens[:5]) or "its end"
    return ProtocolError(
        f"searches.toml: a query cannot be read at {shown!r}; put terms in quotation "
        "marks, with a field"
    )
