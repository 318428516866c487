"""Which part of an abstract a sentence belongs to, by words and place, as learnt.

Every sentence has weights for its words, its pairs of words and its place; the
sequence of roles that weighs most wins, steps between roles included. Authors' own
section labels taught it (`curation train --sections`). All numbers are whole
hundredths, so that every platform finds the same sequence.

Source: log-linear tagging with a first-order sequence, as Hirohata et al. 2008 (IJCNLP)
for sections of abstracts; solved as in Viterbi 1967.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from curation.extract.trained import read_model

FILE = "sections.json"
ROLES = ("background", "aim", "methods", "results", "conclusions")

_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?|\d+|[%<>=]")
_LONGEST = 600
_NEVER = -100_000


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence as its role is decided: its words and where it stands."""

    text: str
    part: int
    """Which of the parts that newlines separate it stands in, from 0."""
    label: str | None = None


def features(lines: Sequence[Line]) -> Iterator[set[str]]:
    """Yield what is looked at in each sentence of an abstract.

    Digits are one word alike. Words of the sentence's opening and its place are marked
    by a sign that no word has.
    """
    parts = lines[-1].part + 1 if lines else 0
    for index, line in enumerate(lines):
        words = [
            "0" if word[0].isdigit() else word
            for word in _WORD.findall(line.text[:_LONGEST].lower())
        ]
        found = set(words)
        found.update(f"{one} {two}" for one, two in pairwise(words))
        found.update(f"^{' '.join(words[:n])}" for n in (1, 2) if len(words) >= n)
        found.add(f"@{10 * index // max(1, len(lines) - 1)} of 10")
        if index == 0:
            found.add("@first")
        if index == len(lines) - 1:
            found.add("@last")
        found.add(f"@part {min(line.part, 4)} of {min(parts, 5)}")
        if parts > 2 and line.part == parts - 1:
            found.add("@last part")
        yield found


class SectionModel:
    """Weights in hundredths; a feature that it does not know weighs nothing.

    Parameters
    ----------
    row
        What `curation train` wrote: `weights` from a feature to one weight for each
        of `ROLES`, `start` for what every sentence weighs, and `steps`, a square: what
        a step from the row's role to the column's weighs.
    """

    def __init__(self, row: dict[str, Any]) -> None:
        self._index = {name: at for at, name in enumerate(row["weights"])}
        self._weights = np.array(list(row["weights"].values()), dtype=np.int64)
        self._start = np.array(row["start"], dtype=np.int64)
        self._steps = np.array(row["steps"], dtype=np.int64)

    def decide(self, lines: Sequence[Line], known: Sequence[str | None]) -> list[str]:
        """Return the role of each sentence; `known` are those that labels decide."""
        if not lines:
            return []
        index, weights = self._index, self._weights
        rows = []
        for found, role in zip(features(lines), known, strict=True):
            if role in ROLES:
                row = np.full(len(ROLES), _NEVER, dtype=np.int64)
                row[ROLES.index(role)] = 0
            else:
                # Order never matters to a sum of whole numbers.
                places = [index[name] for name in found if name in index]
                row = self._start + weights[places].sum(axis=0)
            rows.append(row)
        best, backwards = rows[0], []
        for row in rows[1:]:
            paths = best[:, None] + self._steps
            backwards.append(paths.argmax(axis=0))
            best = paths.max(axis=0) + row
        at = int(best.argmax())
        places = [at]
        for origin in reversed(backwards):
            at = int(origin[at])
            places.append(at)
        return [ROLES[place] for place in reversed(places)]


@cache
def load_sections(folder: Path) -> SectionModel:
    """Return the model of a folder, read once.

    Raises
    ------
    ExtractorError
        Where the file is absent or is no model.
    """
    return SectionModel(read_model(folder / FILE, ("weights", "start", "steps")))
