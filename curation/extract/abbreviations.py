"""Abbreviations that a record defines for itself: "psilocybin therapy (PT)".

They hold in that record only: "PT" is physiotherapy elsewhere. A short form is
believed where its letters stand in order in the words before its bracket, the first
at the beginning of a word.

Source: Schwartz and Hearst 2003, PMID 12603049.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from spacy.language import Language
from spacy.tokens import Doc

from curation.extract.folding import folded

Doc.set_extension("abbreviations", default=())
"""`Abbreviation`s of the record, in the order of their definition."""

_BRACKET = re.compile(
    r"[(\[]([A-Za-z][A-Za-z0-9/+&.-]{1,9})(?:[;,][^()\[\]]{0,40})?[)\]]"
)
_MOST_WORDS = 9


@dataclass(frozen=True, slots=True)
class Abbreviation:
    """A short form and the place of the long form that defines it."""

    short: str
    start: int
    end: int


def definitions(text: str) -> Iterator[Abbreviation]:
    """Yield the definitions in a folded text.

    Examples
    --------
    >>> text = "They had suicidal ideation (SI) daily."
    >>> [(a.short, text[a.start : a.end]) for a in definitions(text)]
    [('SI', 'suicidal ideation')]
    """
    for match in _BRACKET.finditer(text):
        short = match[1]
        if sum(c.isupper() for c in short) < 2 and not short.isupper():
            continue
        window = text[max(0, match.start() - 150) : match.start()]
        words = list(re.finditer(r"\S+", window))
        most = min(len(short) + 5, len(short) * 2, _MOST_WORDS)
        if not words:
            continue
        first = words[-most].start() if len(words) >= most else words[0].start()
        start = _align(short, window[first:].rstrip())
        if start is not None:
            base = match.start() - len(window) + first
            yield Abbreviation(short, base + start, base + len(window[first:].rstrip()))


def _align(short: str, text: str) -> int | None:
    """Return where the long form begins, matching letters from right to left."""
    at = len(text) - 1
    letters = [c.lower() for c in short if c.isalnum()]
    for place in range(len(letters) - 1, -1, -1):
        letter = letters[place]
        while at >= 0 and (
            text[at].lower() != letter
            or (place == 0 and at > 0 and text[at - 1].isalnum())
        ):
            at -= 1
        if at < 0:
            return None
        at -= 1
    start = at + 1
    found = text[start:]
    if len(found) <= len(short) or "(" in found or ";" in found:
        return None
    return start


class Abbreviations:
    """Writes `doc._.abbreviations`."""

    def __call__(self, doc: Doc) -> Doc:
        """Collect the definitions, the first of each short form."""
        found: dict[str, Abbreviation] = {}
        for abbreviation in definitions(folded(doc)):
            found.setdefault(abbreviation.short, abbreviation)
        doc._.abbreviations = tuple(found.values())
        return doc


@Language.factory("abbreviations", assigns=["doc._.abbreviations"])
def create(nlp: Language, name: str) -> Abbreviations:
    """Create the component."""
    return Abbreviations()
