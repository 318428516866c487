"""Teaching the second opinion: which directions of which cells careful readers found.

Each labelled abstract gives all cells of which it may speak, also those in which the
rules found nothing: what is no finding is learnt best where there is most of it. For
each direction one penalised logistic regression is fitted.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from curation.errors import ExtractorError
from curation.extract.cell_signs import Signs, is_read
from curation.extract.claims import Extractor
from curation.extract.gold import GoldAbstract
from curation.extract.learnt_reading import DIRECTIONS
from curation.extract.scoring import Labels, finding, read_twice
from curation.extract.spellings import BASELINE, load_spellings
from curation.extract.training.penalised import FREE, fit
from evidence.types import Direction, Role

FEWEST = 60
"""Labelled abstracts below which nothing can be learnt."""

_RARE = 8
"""Cells that must show a sign for it to be learnt from."""
_VARIANCE = 0.05
_HUNDREDTHS = 100


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of which a labelled abstract may speak."""

    article: str
    signs: Signs
    right: frozenset[Direction]
    """What the reader found in it; empty where he found nothing."""


def cells(extractor: Extractor, abstracts: Iterable[GoldAbstract]) -> list[Cell]:
    """Return the cells of labelled abstracts, as the rules alone see them.

    Gold that names both arms the other way round is read from the arm that the rules
    name, as the scorer does.
    """
    names = load_spellings()
    learnt = extractor.learnt
    held, learnt.model = learnt.model, None
    found: list[Cell] = []
    for gold in abstracts:
        doc = extractor.read(gold.record)
        if not is_read(doc):
            continue
        reading = read_twice(gold, extractor.drafts(gold.record), names)
        keys = {finding(labels) for labels in reading.gold_labels}
        abstract = learnt.abstract(doc)
        for slug, domain in abstract.cells():
            arm = names.arm(slug)
            mine = [
                one
                for one in reading.labels
                if (one.treatment, one.domain) == (arm, domain)
            ] or [Labels(arm, BASELINE, domain, Role.OUTCOME, Direction.NOT_STATED)]
            right = frozenset(
                direction
                for direction in DIRECTIONS
                if any(
                    reading.settled(one._replace(direction=direction), finding) in keys
                    for one in mine
                )
            )
            found.append(Cell(gold.key, abstract.signs(slug, domain), right))
    learnt.model = held
    return found


def fit_findings(taught: Sequence[Cell]) -> dict[str, Any]:
    """Return the model that labelled cells teach, in whole hundredths of log odds.

    Raises
    ------
    ExtractorError
        Where there are too few abstracts.
    """
    count = len({cell.article for cell in taught})
    if count < FEWEST:
        raise ExtractorError(
            f"{count} labelled abstracts speak of a treatment and a domain: directions "
            f"are learnt from {FEWEST} or more; label more"
        )
    shown: dict[str, int] = {}
    for cell in taught:
        for name in cell.signs:
            shown[name] = shown.get(name, 0) + 1
    names = sorted(name for name, times in shown.items() if times >= _RARE)
    place = {name: at for at, name in enumerate(names)}
    table = np.zeros((len(taught), len(names) + 1))
    table[:, -1] = 1.0
    for row, cell in enumerate(taught):
        for name, times in cell.signs.items():
            if name in place:
                table[row, place[name]] = times
    variance = np.array([_VARIANCE] * len(names) + [FREE])
    directions = {}
    for direction in DIRECTIONS:
        right = np.array([float(direction in cell.right) for cell in taught])
        if not right.any():
            continue
        fitted = fit(table, right, np.zeros(table.shape[1]), variance)
        whole = [round(float(weight) * _HUNDREDTHS) for weight in fitted]
        directions[direction.value] = {
            "start": whole[-1],
            "weights": {n: w for n, w in zip(names, whole, strict=False) if w},
        }
    return {"directions": directions}
