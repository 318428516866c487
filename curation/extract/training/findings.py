"""Whether the second opinion does better than the rules alone, on text new to it.

Labelled abstracts are parted by article. Each part is read by a model that learnt
nothing from it, and the findings of all parts together are scored as any others.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from curation.extract.claims import Extractor
from curation.extract.gold import GoldAbstract
from curation.extract.learnt_reading import LearntModel
from curation.extract.scoring import (
    Counts,
    Reading,
    finding,
    read_twice,
    score_counts,
)
from curation.extract.shared_cells import score_shared, shared_cells
from curation.extract.training.cells import Cell, fit_findings
from curation.extract.training.promotion import Measure
from curation.extract.training.split import FOLDS, fold

INVERSIONS = "inversions"
JUDGED = ("finding F1", "finding F1 in the review's own domains", INVERSIONS)
"""What may not get worse; recall may be given for precision."""


@dataclass(frozen=True, slots=True)
class Figures:
    """How findings fared; see `scoring`."""

    finding: float
    finding_domain: float
    precision: float
    recall: float
    inversions: float
    direction: float
    """Macro-F1 on shared cells."""

    def as_dict(self) -> dict[str, float]:
        """Return the figures by the names that the card prints."""
        return {
            "finding F1": self.finding,
            "finding F1 in the review's own domains": self.finding_domain,
            "finding precision": self.precision,
            "finding recall": self.recall,
            "direction macro-F1": self.direction,
            INVERSIONS: self.inversions,
        }


@dataclass(frozen=True, slots=True)
class Learnt:
    """What labelled abstracts taught."""

    model: LearntModel
    row: Mapping[str, Any]
    """The model as it is stored."""
    by_fold: Sequence[LearntModel]
    """For each fold the model that learnt nothing from its articles."""
    measures: tuple[Measure, ...]
    """The rules alone, and the second opinion by fold, on unstudied abstracts."""


def learn(
    extractor: Extractor,
    taught: Sequence[Cell],
    unstudied: Sequence[GoldAbstract],
    auxiliary: frozenset[str],
    seed: int,
) -> Learnt:
    """Fit the second opinion and hold it against the rules alone.

    Parameters
    ----------
    extractor
        Whose rules propose.
    taught
        The cells of all abstracts that teach.
    unstudied
        Those abstracts among them that nobody read while the rules were written.
    auxiliary
        The domains that stand apart from the review's own.
    seed
        Of the split by article.

    Raises
    ------
    ExtractorError
        Where there are too few abstracts.
    """
    by_fold = [
        LearntModel(
            fit_findings([cell for cell in taught if fold(cell.article, seed) != part])
        )
        for part in range(FOLDS)
    ]
    before = figures(read_by(extractor, unstudied, [None] * FOLDS, seed), auxiliary)
    after = figures(read_by(extractor, unstudied, by_fold, seed), auxiliary)
    row = fit_findings(taught)
    return Learnt(LearntModel(row), row, by_fold, tuple(_measures(before, after)))


def _measures(before: Figures, after: Figures) -> Iterable[Measure]:
    then, now = before.as_dict(), after.as_dict()
    for name, value in now.items():
        lost = value > then[name] if name == INVERSIONS else value < then[name]
        yield Measure(name, then[name], value, lost and name in JUDGED)


def read_by(
    extractor: Extractor,
    abstracts: Iterable[GoldAbstract],
    by_fold: Sequence[LearntModel | None],
    seed: int = 0,
) -> list[Reading]:
    """Return each abstract as read with the model of its fold."""
    learnt = extractor.learnt
    held = learnt.model
    readings = []
    for gold in abstracts:
        learnt.model = by_fold[fold(gold.key, seed)]
        readings.append(read_twice(gold, extractor.drafts(gold.record)))
    learnt.model = held
    return readings


def figures(readings: Sequence[Reading], auxiliary: frozenset[str]) -> Figures:
    """Return how the findings of some abstracts fared."""
    inner = [reading.without(auxiliary) for reading in readings]
    whole, own = (
        score_counts(Counts.total(Counts.of(one, finding) for one in some))
        for some in (readings, inner)
    )
    shared = score_shared(shared_cells(readings))
    return Figures(
        whole.f1,
        own.f1,
        whole.p,
        whole.r,
        shared.inversion_rate,
        shared.direction_macro_f1,
    )
