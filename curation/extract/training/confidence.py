"""Fitting what each sign says of whether a claim is right, and how often claims are.

What each sign is worth is learnt from all judged claims. How often claims are right is
not: some labelled abstracts were studied while the rules were written, and on those the
rules do better than on any other text. Each studied file therefore has a level of its
own, which is dropped; and where files are named that nobody studied, the level and the
spread of confidence are settled on those alone.

Source: level and spread as in Platt 1999.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from curation.errors import ExtractorError
from curation.extract.confidence import ConfidenceModel
from curation.extract.training.examples import Example
from curation.extract.training.penalised import FREE, fit
from curation.extract.training.split import FOLDS, fold

HUNDREDTHS = 100
FEWEST = 60
"""Judged claims below which nothing can be learnt."""

_LOOSEST = 0.3
"""How far weights may go: the variance of a weight before anything is seen."""
_SPREAD = 0.1
"""The same of the spread around 1."""


@dataclass(frozen=True, slots=True)
class Judgements:
    """What confidence is learnt from."""

    examples: Sequence[Example]
    studied: frozenset[str] = frozenset()
    """Sources that were read while the rules were written."""
    level: Sequence[Example] = ()
    """Claims on text that nobody studied, for level and spread alone."""

    def without(self, part: int, seed: int) -> "Judgements":
        """Return the judgements without the articles of one fold."""
        return Judgements(
            [e for e in self.examples if fold(e.article, seed) != part],
            self.studied,
            [e for e in self.level if fold(e.article, seed) != part],
        )

    @property
    def unstudied(self) -> list[Example]:
        """Return the claims by which confidence can be judged."""
        new = [e for e in self.examples if e.source not in self.studied]
        return [*new, *self.level]


def fit_confidence(judged: Judgements) -> dict[str, Any]:
    """Return the model that the judgements teach, in whole hundredths of log odds.

    Raises
    ------
    ExtractorError
        Where there are too few judgements, or all are the same.
    """
    unstudied = judged.unstudied
    count = len(judged.examples)
    if count < FEWEST or len({e.right for e in unstudied}) < 2:
        raise ExtractorError(
            f"{count} judged claims, {len(unstudied)} on text that was not studied: "
            f"confidence is learnt from {FEWEST} or more, right ones and wrong ones "
            "among the unstudied; label more abstracts, or decide on more claims"
        )
    row = _weights(judged)
    return _levelled(row, judged.level) if judged.level else row


def held_out(judged: Judgements, seed: int) -> list[tuple[Example, float]]:
    """Return each unstudied claim with its confidence, by fits without its article."""
    given = []
    for part in range(FOLDS):
        model = ConfidenceModel(fit_confidence(judged.without(part, seed)))
        given += [
            (example, model.of(example.signs))
            for example in judged.unstudied
            if fold(example.article, seed) == part
        ]
    return given


def _weights(judged: Judgements) -> dict[str, Any]:
    names = sorted({name for example in judged.examples for name in example.signs})
    levels = sorted(judged.studied)
    table = np.array(
        [
            [
                *(example.signs.get(name, 0.0) for name in names),
                *(float(example.source == level) for level in levels),
                1.0,
            ]
            for example in judged.examples
        ]
    )
    variance = np.array([_LOOSEST] * len(names) + [1.0] * len(levels) + [FREE])
    right = np.array([float(example.right) for example in judged.examples])
    fitted = fit(table, right, np.zeros(table.shape[1]), variance)
    whole = [round(float(weight) * HUNDREDTHS) for weight in fitted]
    return {
        "start": whole[-1],
        "weights": {n: w for n, w in zip(names, whole, strict=False) if w},
    }


def _levelled(row: Mapping[str, Any], level: Sequence[Example]) -> dict[str, Any]:
    """Return the model with level and spread as the claims of `level` have them."""
    model = ConfidenceModel(row)
    odds = np.array([model.odds(example.signs) for example in level])
    right = np.array([float(example.right) for example in level])
    table = np.column_stack([odds, np.ones(len(odds))])
    before = np.array([1.0, 0.0])
    spread, shift = fit(table, right, before, np.array([_SPREAD, FREE]))
    return {
        "start": round(float(spread * row["start"] + shift * HUNDREDTHS)),
        "weights": {
            name: round(float(spread * weight))
            for name, weight in row["weights"].items()
        },
    }


def log_loss(given: Sequence[tuple[Example, float]]) -> float:
    """Return the mean surprise at the verdicts: lower is better, always."""
    if not given:
        return 0.0
    chances = np.array([c if e.right else 1 - c for e, c in given])
    return round(float(-np.log(chances).mean()), 4)
