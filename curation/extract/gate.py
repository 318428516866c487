"""Turn away, in one pass over its text, what cannot name a treatment.

Of PubMed's papers few name a treatment of the protocol; to find out by the pipeline
costs a millisecond each. The gate looks for all terms at once (Aho-Corasick) in the
text without spaces and signs, and so finds everything that the matcher can find on
tokens, and a little more: it may let through too much, never too little.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import ahocorasick

from curation.extract.terms import is_cased, spellings

_SIGNS = re.compile(r"[\W_]+")
_RUNS = re.compile(r"[^\W_]+")
_SHORT = 6
_DIGIT = re.compile(r"\d")
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
        # So do short terms of several words: "SAM-e" is not "same".
        self._short = ahocorasick.Automaton()
        for row in rows:
            for term in (*row["terms"], *(term for term, _ in row["ambiguous"])):
                cased = is_cased(term)
                for form in spellings(term, numbered=cased):
                    self._add(form if cased else form.lower(), cased)
        for automaton in (self._loose, self._cased, self._short):
            automaton.make_automaton()

    def _add(self, form: str, cased: bool) -> None:
        letters = bare(form)
        if _RUNS.fullmatch(form):
            self._words.add(form)
        elif len(letters) <= _SHORT:
            self._short.add_word(letters.lower(), re.compile(_parted(form), re.I))
        elif cased:
            self._cased.add_word(letters)
        else:
            self._loose.add_word(letters)

    def lets_through(self, text: str) -> bool:
        """Return whether a text may name one."""
        runs = _RUNS.findall(text)
        cased = "".join(runs)
        loose = cased.lower()
        return (
            self._holds_word(set(runs))
            or _any(self._loose, loose)
            or _any(self._cased, cased)
            or any(parted.search(text) for parted in _hits(self._short, loose))
        )

    def _holds_word(self, runs: set[str]) -> bool:
        # Digits part words where the tokenizer parts them: "20mg", "ECT2".
        runs |= {
            letters
            for run in runs
            if _DIGIT.search(run)
            for letters in _LETTERS.findall(run)
        }
        return not (
            self._words.isdisjoint(runs)
            and self._words.isdisjoint(run.lower() for run in runs)
        )


def _parted(form: str) -> str:
    runs = r"[\W_]+".join(_RUNS.findall(form))
    return rf"(?<![^\W\d_]){runs}(?![^\W\d_])"


def _any(automaton: Any, letters: str) -> bool:
    return next(_hits(automaton, letters), None) is not None


def _hits(automaton: Any, letters: str) -> Iterator[Any]:
    if len(automaton):
        yield from (value for _, value in automaton.iter(letters))
