"""Whether a new model may take the place of the one that ships.

Both give their confidence to the same claims, on articles that neither learnt from. A
measure is worse where resampling those articles says so 39 times in 40; on fewer
articles less can be said, and the card says on how many.
"""

import random
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from curation.extract.field_scores import Calibration, calibrate_pairs
from curation.extract.training.confidence import log_loss
from curation.extract.training.examples import Example

RESAMPLES = 200
_SURE = 0.975

Given = Sequence[tuple[Example, float]]


@dataclass(frozen=True, slots=True)
class Measure:
    """One figure before and after."""

    name: str
    before: float
    after: float
    worse: bool


MORE_IS_BETTER: Mapping[str, bool] = {
    "log loss": False,
    "calibration error": False,
    "precision at confidence 0.9 and above": True,
    "coverage at precision 0.95": True,
}


def figures(given: Given) -> dict[str, float]:
    """Return the measures of confidence over some claims."""
    found: Calibration = calibrate_pairs([(c, e.right) for e, c in given])
    return {
        "log loss": log_loss(given),
        "calibration error": found.error,
        "precision at confidence 0.9 and above": found.precision_when_confident,
        "coverage at precision 0.95": found.coverage_at_precision,
    }


def compare(before: Given, after: Given, seed: int) -> list[Measure]:
    """Return each measure before and after, on the same claims in the same order."""
    then, now = figures(before), figures(after)
    count: dict[str, int] = defaultdict(int)
    places: dict[str, list[int]] = defaultdict(list)
    for place, (example, _) in enumerate(after):
        places[f"{example.source} {example.article}"].append(place)
    articles = sorted(places)
    draws = random.Random(seed)
    for _ in range(RESAMPLES if articles else 0):
        drawn = [p for a in draws.choices(articles, k=len(articles)) for p in places[a]]
        one = figures([before[p] for p in drawn])
        two = figures([after[p] for p in drawn])
        for name, more in MORE_IS_BETTER.items():
            # No claim as sure as that is no mistake.
            empty = name.startswith("precision") and not _any_sure(after, drawn)
            lost = two[name] < one[name] if more else two[name] > one[name]
            count[name] += lost and not empty
    return [
        Measure(name, then[name], now[name], count[name] > _SURE * RESAMPLES)
        for name in MORE_IS_BETTER
    ]


def _any_sure(given: Given, places: Sequence[int]) -> bool:
    return any(given[place][1] >= 0.9 for place in places)
