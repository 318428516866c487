"""Where an abstract speaks of what a question asks: words of an outcome, of an arm.

The extractor knows its treatments by name; a question may name anything. Its words are
looked for as a reader does: endings aside, an abbreviation as good as its long form,
rare words more telling than common ones, and what both arms share tells neither.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from math import log

from curation.extract import lexicon
from curation.extract.abbreviations import definitions
from curation.extract.folding import fold
from curation.extract.lexicon import Phrasebook

WORD = re.compile(r"[^\W_]+(?:'s)?")
_ENDINGS = re.compile(
    r"(?:ations?|ments?|ness|ities|ity|ically|ingly|ings?|ers?|ies|ied|edly|ed|es|s|"
    r"ly|al|ic|y|e)$"
)
_SHORT = 4
_WINDOW = 14


def stem(word: str) -> str:
    """Return a word without its ending, the same for the forms of one word.

    Examples
    --------
    >>> stem("Infections") == stem("infected") == stem("infection")
    True
    """
    word = word.lower().removesuffix("'s")
    while len(word) > _SHORT:
        shorter = _ENDINGS.sub("", word)
        if shorter == word or len(shorter) < _SHORT:
            break
        word = shorter
    return word.removesuffix("ion") if len(word) > 6 else word


@dataclass(frozen=True, slots=True)
class Token:
    """A word of the text."""

    start: int
    end: int
    stem: str


def tokens(text: str, start: int = 0, end: int | None = None) -> list[Token]:
    """Return the words of `text[start:end]`."""
    stop = len(text) if end is None else end
    return [
        Token(m.start(), m.end(), stem(m[0])) for m in WORD.finditer(text, start, stop)
    ]


@dataclass(frozen=True, slots=True)
class Asked:
    """The telling words of one part of a question: stem -> weight."""

    weights: Mapping[str, float]

    @property
    def total(self) -> float:
        """Return what a text that holds every word would weigh."""
        return sum(self.weights.values())

    def share(self, found: Iterable[Token]) -> float:
        """Return which share of the words stands among the tokens, from 0 to 1."""
        present = {t.stem for t in found}
        held = sum(w for s, w in self.weights.items() if s in present)
        return held / self.total if self.weights else 0.0

    def place(self, found: Sequence[Token]) -> tuple[int, int] | None:
        """Return the stretch that holds most of the words, from the most telling on."""
        hits = [i for i, t in enumerate(found) if t.stem in self.weights]
        best: tuple[float, int, tuple[int, int]] | None = None
        for first in hits:
            inside = [i for i in hits if first <= i < first + _WINDOW]
            weight, seen, last = 0.0, set(), first
            for i in inside:
                if found[i].stem not in seen:
                    seen.add(found[i].stem)
                    weight += self.weights[found[i].stem]
                    last = i
            main = max(inside, key=lambda i: (self.weights[found[i].stem], i))
            stretch = found[main].start, found[max(main, last)].end
            key = (weight, first - last, stretch)
            if best is None or key[:2] > best[:2]:
                best = key
        return best[2] if best else None

    def places(self, found: Sequence[Token]) -> list[tuple[int, int]]:
        """Return every place of a word, neighbours joined."""
        hits = [i for i, t in enumerate(found) if t.stem in self.weights]
        out: list[tuple[int, int]] = []
        for before, i in pairwise([-9, *hits]):
            if out and i - before <= 2:
                out[-1] = out[-1][0], found[i].end
            else:
                out.append((found[i].start, found[i].end))
        return out


class Wording:
    """The words of one abstract, with its abbreviations and how common each word is.

    Parameters
    ----------
    text
        The folded text.
    sentences
        Its sentences' tokens.
    """

    def __init__(self, text: str, sentences: Sequence[Sequence[Token]]) -> None:
        self._common: dict[str, int] = {}
        for sentence in sentences:
            for known in {t.stem for t in sentence}:
                self._common[known] = self._common.get(known, 0) + 1
        self._sentences = len(sentences)
        self._long: dict[str, list[str]] = {}
        self._short: list[tuple[str, frozenset[str]]] = []
        for found in definitions(text):
            telling = _telling(text[found.start : found.end])
            self._long.setdefault(stem(found.short), telling)
            if telling:
                self._short.append((stem(found.short), frozenset(telling)))

    def asked(self, words: str, without: str = "") -> Asked:
        """Return the telling words of a part of a question.

        Parameters
        ----------
        words
            As the question names the outcome or the arm.
        without
            The other arm: words that both share tell neither.
        """
        own = self._stems(words)
        other = set(self._stems(without)) if without else set()
        kept = [s for s in own if s not in other] or own
        weights = {s: self._weight(s) for s in kept}
        for short, long in self._short:
            if long <= set(kept):
                weights[short] = max(weights[s] for s in long)
        return Asked(weights)

    def _stems(self, words: str) -> list[str]:
        spoken = fold(words)
        telling = _telling(spoken) or [t.stem for t in tokens(spoken)]
        out = list(dict.fromkeys(telling))
        for short in list(out):
            out += [s for s in self._long.get(short, ()) if s not in out]
        return out

    def _weight(self, word: str) -> float:
        return log(1 + self._sentences / (1 + self._common.get(word, 0)))


@cache
def _common() -> Phrasebook:
    return lexicon.load("asked")


def _telling(words: str) -> list[str]:
    return [stem(m[0]) for m in WORD.finditer(words) if _tells(m[0])]


def _tells(word: str) -> bool:
    """Return whether a word tells one outcome or arm from another."""
    return all(f.entry.reading != "common" for f in _common().find(word))


def more_is_better(name: str) -> bool:
    """Return whether more of an outcome is hoped for, as its name says.

    Examples
    --------
    >>> more_is_better("quality of life"), more_is_better("pain at rest")
    (True, False)
    """
    found = {f.entry.reading for f in _common().find(name)}
    return "bad" not in found or "good" in found
