"""A protocol's searches as PubMed queries; pure, and the same text for the same files.

A query is (names of treatments) AND (the condition) NOT the filters, and its window of
dates. A name is searched for as a MeSH heading, which brings the records that indexers
have read and everything below the heading, and as a text word in title and abstract,
which brings the rest.

What is known of PubMed's syntax, and decided here because of it:

- A phrase in quotation marks with a field is looked up in PubMed's phrase index. One
  that is not in the index is reported as not found: a name that nobody has used yet
  does no harm and is seen (NLM, *PubMed User Guide*,
  https://pubmed.ncbi.nlm.nih.gov/help/).
- An unknown field is ignored, without any warning: "[tiabb]" searches every field. So
  only the fields in `FIELDS` may stand in a query.
- Operators are read from left to right; parentheses decide, and stand everywhere.
- Truncation ("antidepressant*") is not used: it turns short names into others. Singular
  and plural of a class are both written out.
- Nothing public limits the length of a query that is sent by POST. Some thousand
  characters are common; ours have up to some twenty thousand. NLM limits filters saved
  in an account to 4,000 (NLM Tech Bull 2018 Jan-Feb;(420):e4); these are none.
- New records are found by Create Date [crdt]. Entry Date [edat] is set back for papers
  that enter PubMed late (NLM Tech Bull 2008 Nov-Dec). Changed ones are found by the
  date of last revision [lr], which does not move with every change: known papers are
  checked by their PMID as well. Days begin at midnight in Bethesda, and windows
  overlap by days.
"""

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from evidence.errors import ProtocolError
from evidence.protocol import Protocol
from evidence.review import Search
from evidence.vocabulary import AmbiguousTerm, Treatment, TreatmentKind

FIELDS = frozenset(
    {"crdt", "la", "lr", "mh", "mh:noexp", "nm", "pt", "sb", "ti", "tiab", "uid"}
)
"""Fields that PubMed knows and that a query of ours may name."""

_WIDTH = 96
_TAG = re.compile(r'"[^"]*"|\[([^\]"]*)\]')
_UNSEARCHABLE = re.compile(r"[^\w\s'.,&+-]|_")


@dataclass(frozen=True, slots=True)
class Query:
    """What is sent to PubMed for one search of the protocol."""

    search: str
    """The search's id."""
    label: str
    text: str
    topic: str
    """The part of it that has no dates: what the search is about."""
    since: date
    """First day of the window."""

    @property
    def sha256(self) -> str:
        """The digest of the text: another one, another query."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    @property
    def laid_out(self) -> str:
        """The same query over several lines, for people: only white space differs."""
        lines, depth = [""], 0
        for token in re.findall(r'(?:"[^"]*"|[^\s"])+', self.text):
            line = f"{lines[-1]} {token}" if lines[-1] else token
            if depth == 0 and token in ("AND", "NOT"):
                lines.append(token)
            elif len(line) > _WIDTH:
                lines.append(f"  {token}")
            else:
                lines[-1] = line
            bare = re.sub(r'"[^"]*"', "", token)
            depth += bare.count("(") - bare.count(")")
        return "\n".join(lines)


def every(protocol: Protocol) -> tuple[Query, ...]:
    """Return the full sweep: every search, from the protocol's `since` on."""
    return tuple(sweep(protocol, search) for search in protocol.searches.values())


def sweep(protocol: Protocol, search: Search, known: Iterable[int] = ()) -> Query:
    """Return a search for all records that entered PubMed since the protocol's date.

    Parameters
    ----------
    protocol
        Whose words and date.
    search
        One of the protocol's searches.
    known
        PMIDs of any year that the topic should find. They are asked for in the same
        request, so that watching over recall costs none.
    """
    return _within(protocol, search, protocol.since, "", known)


def increment(
    protocol: Protocol, search: Search, watermark: date, known: Iterable[int] = ()
) -> Query:
    """Return a search for what entered PubMed, or was revised, since the last run.

    Parameters
    ----------
    protocol
        Its `window_days` are looked back beyond the watermark.
    search
        One of the protocol's searches.
    watermark
        The day on which the last complete run began.
    known
        As in a sweep.
    """
    first = max(protocol.since, watermark - timedelta(days=protocol.window_days))
    lately = f" AND ({_from(first, 'crdt')} OR {_from(first, 'lr')})"
    return _within(protocol, search, first, lately, known)


def _within(
    protocol: Protocol, search: Search, since: date, lately: str, known: Iterable[int]
) -> Query:
    topic = _topic(protocol, search)
    window = f"({_from(protocol.since, 'crdt')}){lately}"
    uids = [f"{pmid}[uid]" for pmid in sorted(set(known))]
    wanted = f"({_either([f'({window})', *uids])})" if uids else window
    text = f"{topic} AND {wanted}"
    return Query(search.id, search.label, text, topic, since)


def names(protocol: Protocol, search: Search) -> tuple[Treatment, ...]:
    """Return the treatments that a search names: all rows of its groups."""
    return tuple(t for t in protocol.treatments.values() if t.group in search.groups)


def _topic(protocol: Protocol, search: Search) -> str:
    treatments = names(protocol, search)
    headings = [*(h for t in treatments for h in t.mesh), *search.extra_mesh]
    doubtful = [a for t in treatments for a in t.ambiguous]
    words = [*(w for t in treatments for w in _words(t)), *search.extra_words]
    words += [r for a in doubtful for r in a.requires if _holds(r, a.term)]
    plain = _text_words(words)
    known = {word.casefold() for word in plain}
    wanted = _either(
        [_heading(h) for h in _once(headings)]
        + [_field(w, "tiab") for w in plain]
        + _once(_guarded(a, known) for a in doubtful)
    )
    condition = _either(
        [_heading(h) for h in _once(protocol.condition.mesh)]
        + [_field(w, "tiab") for w in _text_words(protocol.condition.words)]
    )
    if not wanted or not condition:
        raise ProtocolError(
            f"searches.toml, search {search.id!r}: no name is left to search for; add "
            "extra_words, or words of the condition"
        )
    parts = [f"({wanted}) AND ({condition})"]
    parts += [f"NOT ({_filter(f)})" for f in protocol.filters.exclude]
    return " ".join(parts)


def _words(treatment: Treatment) -> list[str]:
    """Return every name that stands for a treatment by itself.

    A label may list several names for readers; then it is no phrase of any paper. One
    that is also listed as ambiguous is believed only under its condition.
    """
    labels = [] if ", " in treatment.label else [treatment.label]
    listed = [*labels, *treatment.synonyms]
    if treatment.kind is TreatmentKind.CLASS:
        listed = [form for name in listed for form in (name, *_other_number(name))]
    doubtful = {a.term.casefold() for a in treatment.ambiguous}
    return [
        name
        for name in (*listed, *treatment.brands, *treatment.codes)
        if name.casefold() not in doubtful
    ]


def _other_number(name: str) -> tuple[str, ...]:
    """Return the plural of a singular and the other way round, where only s tells."""
    if re.search(r"[^sui]s$", name):
        return (name[:-1],)
    return (
        (f"{name}s",) if re.search(r"[a-zA-Z]$", name) and name[-1] not in "sy" else ()
    )


def _holds(phrase: str, term: str) -> bool:
    """Return whether a phrase has the term in it: it then needs no other condition."""
    return f" {term.casefold()} " in f" {phrase.casefold()} "


def _guarded(ambiguous: AmbiguousTerm, known: set[str]) -> str | None:
    """Return a term with its conditions; None where these find it anyway.

    A condition that is a name searched for by itself brings every record that the
    term together with it could add.
    """
    requires = [w for w in _text_words(ambiguous.requires) if w.casefold() not in known]
    if not requires:
        return None
    (term,) = _text_words([ambiguous.term]) or (ambiguous.term,)
    conditions = _either([_field(word, "tiab") for word in requires])
    return f"({_field(term, 'tiab')} AND ({conditions}))"


def _text_words(words: Iterable[str]) -> list[str]:
    """Return words as PubMed can look them up: it reads brackets and the like as space.

    Stereochemical names come out as their stems: "S-(+)-ketamine" as "S-ketamine".
    """
    cleaned = []
    for word in words:
        plain = re.sub(r"[)\]}](?=\w)", "-", word)
        plain = _UNSEARCHABLE.sub("", plain.replace("/", " ").replace("’", "'"))
        plain = re.sub(r"[-+]{2,}", "-", " ".join(plain.split()))
        cleaned.append(plain.strip(" -+,.'"))
    return _once(word for word in cleaned if len(word) > 1)


def _once(words: Iterable[str | None]) -> list[str]:
    """Return the words, each once, whatever its case."""
    found: dict[str, str] = {}
    for word in words:
        if word:
            found.setdefault(word.casefold(), word)
    return list(found.values())


def _field(word: str, field: str) -> str:
    return f'"{word}"[{field}]'


def _heading(name: str) -> str:
    """Return a MeSH name in the field that PubMed keeps it in.

    Headings are printed with capitals. Newer and rarer substances are supplementary
    concepts, printed in small letters ("semaglutide"), and are searched by [nm] (NLM,
    https://www.nlm.nih.gov/oet/ed/pubmed/mesh/mod04/03-200.html).
    """
    words = set(name.split()) - {
        "and",
        "as",
        "by",
        "for",
        "in",
        "of",
        "the",
        "to",
        "with",
    }
    return _field(name, "nm" if any(w[0].islower() for w in words) else "mh")


def _from(day: date, field: str) -> str:
    return f'"{day:%Y/%m/%d}"[{field}] : "3000"[{field}]'


def _either(clauses: Sequence[str]) -> str:
    return " OR ".join(clauses)


def _filter(text: str) -> str:
    """Return a filter as it is written, once its fields and brackets are sound."""
    unknown = {t.strip().lower() for t in _TAG.findall(text) if t} - FIELDS
    if unknown:
        raise ProtocolError(
            f"searches.toml, filters: PubMed would ignore the field [{min(unknown)}] "
            f"of {text!r} without a word; known are {', '.join(sorted(FIELDS))}"
        )
    depth = 0
    for character in re.sub(r'"[^"]*"', "", text):
        depth += {"(": 1, ")": -1}.get(character, 0)
        if depth < 0 or character == '"':
            break
    if depth or text.count('"') % 2:
        raise ProtocolError(
            f"searches.toml, filters: parentheses or quotation marks of {text!r} do "
            "not match; correct it"
        )
    return text[1:-1] if re.fullmatch(r"\([^()]*\)", text) else text
