"""An abstract as sections of marked pieces: the quote, and the words that made it.

Marking never changes a character: the pieces of a text, joined, are the text.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from evidence.protocol import Protocol
from evidence.records import Field, Record
from evidence.types import Draft

SHORTEST = 2
"""Letters of a word that is worth looking for."""


class Mark(StrEnum):
    """What a word is marked as; the value is its letter on the page."""

    TREATMENT = "T"
    COMPARATOR = "C"
    OUTCOME = "O"
    CUE = "cue"


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text that is marked alike."""

    text: str
    mark: Mark | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """Pieces inside the quote, or outside of it."""

    pieces: tuple[Piece, ...]
    quoted: bool = False
    opens: bool = False
    """Whether the quote starts here, and not in an earlier section."""
    closes: bool = False


@dataclass(frozen=True, slots=True)
class MarkedSection:
    """A section with its label and the place of its text in the stored text."""

    label: str | None
    start: int
    parts: tuple[Part, ...]

    @property
    def quoted(self) -> bool:
        """Whether the quote, or a part of it, stands here."""
        return any(part.quoted for part in self.parts)


Words = Sequence[tuple[Mark, "re.Pattern[str] | None"]]


def words_of(draft: Draft, protocol: Protocol) -> Words:
    """Return what to look for: the names of the arms, of the outcome, the cue."""
    measure = protocol.outcomes.get(draft.measure or "")
    outcome: list[str | None] = [draft.outcome]
    if measure is not None:
        outcome += [measure.label, *measure.abbreviations, *measure.synonyms]
    return (
        (Mark.TREATMENT, _any_of(_names(draft.treatment, protocol))),
        (Mark.COMPARATOR, _any_of(_names(draft.comparator, protocol))),
        (Mark.OUTCOME, _any_of(outcome)),
        (Mark.CUE, _any_of([draft.cue])),
    )


def sections_of(
    record: Record, text: str, draft: Draft, protocol: Protocol
) -> tuple[MarkedSection, ...]:
    """Return the abstract that a claim was read in, in sections, marked.

    Parameters
    ----------
    record
        Its sections give the labels, where they still are that text.
    text
        The stored version that the claim quotes.
    draft
        The claim, on that text or on the title.
    protocol
        Names of treatments, comparators and outcomes.
    """
    labels: list[str | None] = [s.label for s in record.sections]
    lines = text.split("\n")
    if [s.text for s in record.sections] != lines:
        labels = [None] * len(lines)
    words = words_of(draft, protocol)
    outside = not_in(draft.quote, words)
    quote = (draft.start, draft.end) if draft.field is Field.ABSTRACT else None
    found: list[MarkedSection] = []
    start = 0
    for label, line in zip(labels, lines, strict=True):
        parts = _parts(line, start, quote, words, outside)
        found.append(MarkedSection(label=label, start=start, parts=parts))
        start += len(line) + 1
    return tuple(found)


def plain_sections(record: Record) -> tuple[MarkedSection, ...]:
    """Return the present abstract in sections, with nothing marked in it."""
    found: list[MarkedSection] = []
    start = 0
    for section in record.sections:
        parts = (Part((Piece(section.text),)),)
        found.append(MarkedSection(label=section.label, start=start, parts=parts))
        start += len(section.text) + 1
    return tuple(found)


def title_of(title: str, draft: Draft, protocol: Protocol) -> tuple[Part, ...]:
    """Return the title, marked where the claim quotes it."""
    if draft.field is not Field.TITLE:
        return (Part((Piece(title),)),)
    quote = (draft.start, draft.end)
    words = words_of(draft, protocol)
    return _parts(title, 0, quote, words, not_in(draft.quote, words))


def not_in(quote: str, words: Words) -> Words:
    """Return the words to look for outside the quote: those that it does not name.

    An outcome that only the methods name still decides; one that the quote names
    need not be marked all over the abstract.
    """
    named = {piece.mark for piece in _pieces(quote, words)}
    return tuple((mark, pattern) for mark, pattern in words if mark not in named)


def _parts(
    text: str, start: int, quote: tuple[int, int] | None, words: Words, outside: Words
) -> tuple[Part, ...]:
    """Cut a text at the quote's ends and mark the words in each piece of it."""
    if quote is None:
        return (Part(_pieces(text, outside)),)
    low = min(max(quote[0] - start, 0), len(text))
    high = min(max(quote[1] - start, low), len(text))
    parts = (
        Part(_pieces(text[:low], outside)),
        Part(
            _pieces(text[low:high], words),
            quoted=True,
            opens=quote[0] >= start,
            closes=quote[1] <= start + len(text),
        ),
        Part(_pieces(text[high:], outside)),
    )
    return tuple(part for part in parts if part.pieces)


def _pieces(text: str, words: Words) -> tuple[Piece, ...]:
    spans: list[tuple[int, int, Mark]] = []
    for mark, pattern in words:
        for match in pattern.finditer(text) if pattern is not None else ():
            low, high = match.span()
            if all(high <= a or low >= b for a, b, _ in spans):
                spans.append((low, high, mark))
    pieces: list[Piece] = []
    at = 0
    for low, high, mark in sorted(spans):
        pieces += [Piece(text[at:low]), Piece(text[low:high], mark)]
        at = high
    pieces.append(Piece(text[at:]))
    return tuple(piece for piece in pieces if piece.text)


def _names(slug: str | None, protocol: Protocol) -> list[str | None]:
    treatment = protocol.treatments.get(slug or "")
    comparator = protocol.comparators.get(slug or "")
    names: list[str | None] = []
    if treatment is not None:
        names += [treatment.label, *treatment.synonyms, *treatment.brands]
        names += [*treatment.codes, *(a.term for a in treatment.ambiguous)]
    if comparator is not None:
        names += [comparator.label, *comparator.synonyms]
        names += [a.term for a in comparator.ambiguous]
    return names


def _any_of(terms: Iterable[str | None]) -> re.Pattern[str] | None:
    """Return a pattern for whole words, the longest first, singular or plural."""
    wanted = frozenset(t for t in terms if t is not None and len(t) >= SHORTEST)
    return _pattern(wanted) if wanted else None


# The names of a treatment are the same on each of its claims' pages.
@lru_cache(maxsize=1024)
def _pattern(terms: frozenset[str]) -> re.Pattern[str]:
    spelled = "|".join(re.escape(t) for t in sorted(terms, key=len, reverse=True))
    return re.compile(rf"(?<!\w)(?:{spelled})(?:e?s)?(?!\w)", re.IGNORECASE)
