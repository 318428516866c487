"""Turn away, in one pass over its text, what cannot name a treatment.

Of PubMed's papers few name a treatment of the protocol; to find out by the pipeline
costs a millisecond each. The gate looks for all terms at once (Aho-Corasick) in the
text without spaces and signs, and so finds everything that the matcher can find on
tokens, and a little more: it may let through too much, never too little.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any

import ahocorasick

from curation.extract.terms import is_cased, spellings

_SIGNS = re.compile(r"[\W_]+")
_RUNS = re.compile(r"[^\W_]+")
_SHORT = 6
_LETTERS = re.compile(r"[^\W\d_]+")


def bare(text: str) -> str:
    """Return a text's letters and digits alone.

    Examples
    --------
    >>> bare("omega-3 (fish oil)")
    'omega3fishoil'
    """
    return _SIGNS.sub("", text)


class Gate:
    """Says whether a text may name any of some terms.

    Parameters
    ----------
    rows
        slug -> {"terms": [...], "ambiguous": [[term, [requires]]]}, as the component
        that finds mentions is configured.
    """

    def __init__(self, rows: Iterable[Mapping[str, Any]]) -> None:
        self._loose = ahocorasick.Automaton(ahocorasick.STORE_LENGTH)
        self._cased = ahocorasick.Automaton(ahocorasick.STORE_LENGTH)
        # "ECT" is in "effect": a term of one word counts only between other signs,
        # or digits, from which the tokenizer parts it ("20mg").
        self._words: set[str] = set()
        short: set[str] = set()
        for row in rows:
            for term in (*row["terms"], *(term for term, _ in row["ambiguous"])):
                cased = is_cased(term)
                for form in spellings(term, numbered=cased):
                    self._add(form if cased else form.lower(), cased, short)
        # So do short terms of several words: "SAM-e" is not "same".
        # One look behind for all of them: nearly every place is turned away by it.
        runs = "|".join(sorted(map(_parted, short))) or r"(?!)"
        self._short = re.compile(rf"(?<![^\W\d_])(?:{runs})(?![^\W\d_])", re.IGNORECASE)
        for automaton in (self._loose, self._cased):
            automaton.make_automaton()

    def _add(self, form: str, cased: bool, short: set[str]) -> None:
        letters = bare(form)
        if _RUNS.fullmatch(form):
            self._words.add(form)
        elif len(letters) <= _SHORT:
            short.add(form)
        elif cased:
            self._cased.add_word(letters)
        else:
            self._loose.add_word(letters)

    def lets_through(self, text: str) -> bool:
        """Return whether a text may name one."""
        lowered = text.lower()
        return (
            self._holds_word(text)
            or self._holds_word(lowered)
            or bool(self._short.search(text))
            or _any(self._cased, bare(text))
            or _any(self._loose, bare(lowered))
        )

    def _holds_word(self, text: str) -> bool:
        return not (
            self._words.isdisjoint(_RUNS.findall(text))
            and self._words.isdisjoint(_LETTERS.findall(text))
        )


def _parted(form: str) -> str:
    return r"[\W_]+".join(_RUNS.findall(form))


def _any(automaton: Any, letters: str) -> bool:
    return len(automaton) > 0 and next(automaton.iter(letters), None) is not None
