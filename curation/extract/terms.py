"""Finding the protocol's terms in a Doc: token boundaries, hyphens, plurals, case.

A term stands for all its spellings: "treatment-resistant" also finds "treatment
resistant", "rating scale" also finds "rating scales". Short words with capitals
("ECT", "SAD") are found only in capitals, so that "sad" is never light therapy's
indication.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import product
from typing import Any

from spacy.language import Language
from spacy.matcher import PhraseMatcher
from spacy.tokens import Doc

_JOINS = re.compile(r"[\s\-–‐‑]+")
_MAX_GAPS = 3
_GLUED_ITEMS = ("6", "7", "9", "16", "17", "21", "24", "28", "29", "30")
"""Numbers of items that scales carry without a hyphen: HAMD17, QIDS16."""


def is_cased(term: str) -> bool:
    """Return whether a term counts only in its own capitals.

    Examples
    --------
    >>> is_cased("ECT"), is_cased("LiCO3"), is_cased("ketamine")
    (True, True, False)
    """
    letters = [c for c in term if c.isalpha()]
    if not letters:
        return False
    if all(c.isupper() for c in letters):
        return True
    words = _JOINS.split(term)
    return len(words) == 1 and len(term) <= 5 and any(c.isupper() for c in term[1:])


def spellings(term: str, numbered: bool = False) -> Iterator[str]:
    """Yield the spellings of a term: hyphen or space at every gap, plural s.

    Parameters
    ----------
    numbered
        Also yield it with its number of items glued on: "HAMD17".
    """
    words = [w for w in _JOINS.split(term.strip()) if w]
    if not words:
        return
    gaps = len(words) - 1
    joins: Iterable[tuple[str, ...]] = (
        product((" ", "-"), repeat=gaps)
        if gaps <= _MAX_GAPS
        else ((" ",) * gaps, ("-",) * gaps)
    )
    seen = {term}
    yield term
    for join in joins:
        text = words[0] + "".join(j + w for j, w in zip(join, words[1:], strict=True))
        for form in (text, text + "s", text.replace("-", "–"), text.replace("-", "‑")):
            if form not in seen:
                seen.add(form)
                yield form
    if numbered and term[-1].isalpha():
        for items in _GLUED_ITEMS:
            yield words[0] + "-".join(["", *words[1:]]) + items


def _bare(text: str) -> str:
    return _JOINS.sub(" ", text)


class Terms:
    """All terms of one kind of table, found in one pass over a Doc.

    Parameters
    ----------
    table
        Each key with its terms, as a component's config holds them.
    numbered
        Whether a number of items may be glued to a short term ("HAMD17").
    """

    def __init__(
        self,
        nlp: Language,
        table: Mapping[str, Sequence[str]],
        numbered: bool = False,
    ) -> None:
        self._matcher = PhraseMatcher(nlp.vocab, attr="LOWER")
        self._keys: dict[int, str] = {}
        self._cased: dict[str, set[str]] = {}
        self._loose: set[tuple[str, str]] = set()
        patterns: dict[str, list[Doc]] = {}
        for key, terms in table.items():
            for term in terms:
                cased = is_cased(term)
                for form in spellings(term, numbered and cased):
                    patterns.setdefault(key, []).append(nlp.make_doc(form))
                    bare = _bare(form)
                    if cased:
                        self._cased.setdefault(key, set()).add(bare)
                    else:
                        self._loose.add((key, bare.lower()))
        for key, docs in patterns.items():
            self._matcher.add(key, docs)
            self._keys[nlp.vocab.strings[key]] = key

    def find_all(self, doc: Doc) -> list[tuple[int, int, str]]:
        """Return (first token, end token, key) of every match, also inside others."""
        found: list[tuple[int, int, str]] = []
        matches: list[Any] = self._matcher(doc)
        for match_id, start, end in matches:
            key = self._keys[match_id]
            if key in self._cased:
                bare = _bare(doc[start:end].text)
                if (key, bare.lower()) not in self._loose and (
                    bare not in self._cased[key]
                ):
                    continue
            found.append((start, end, key))
        found.sort()
        return found

    def find(
        self, doc: Doc, believed: Callable[[str], bool] | None = None
    ) -> list[tuple[int, int, str]]:
        """Return the matches that lie in no longer one, in the text's order.

        Of two that are as long and overlap the later holds: in "reduced sleep latency"
        the latency was reduced.

        Parameters
        ----------
        believed
            Says of a key whether its terms count in this Doc: what does not count
            hides nothing shorter.
        """
        found = self.find_all(doc)
        if believed is not None:
            found = [match for match in found if believed(match[2])]
        found.sort(key=lambda m: (m[0] - m[1], -m[0], m[2]))
        taken: set[int] = set()
        kept: list[tuple[int, int, str]] = []
        for start, end, key in found:
            if taken.isdisjoint(range(start, end)):
                taken.update(range(start, end))
                kept.append((start, end, key))
        kept.sort()
        return kept
