"""How far two curators agree beyond chance: percent, Cohen's kappa, Gwet's AC1.

Kappa is shown because readers know it, AC1 because kappa falls apart where one answer
is far more frequent than the others, as it is among claims (Feinstein & Cicchetti
1990). Nothing here is weighted: two slugs are the same or they are not.

References
----------
Cohen J. A coefficient of agreement for nominal scales. Educ Psychol Meas
1960;20:37-46. Fleiss JL, Cohen J, Everitt BS. Large sample standard errors of kappa
and weighted kappa. Psychol Bull 1969;72:323-327. Gwet KL. Computing inter-rater
reliability and its variance in the presence of high agreement. Br J Math Stat Psychol
2008;61:29-48. Gwet KL. Handbook of Inter-Rater Reliability, 4th ed., 2014, chapter 5.
Wilson EB. Probable inference, the law of succession, and statistical inference. J Am
Stat Assoc 1927;22:209-212.
"""

from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist

Z = NormalDist().inv_cdf(0.975)
"""How many standard errors a 95 % interval reaches to either side."""

Ratings = Sequence[tuple[Hashable, Hashable]]
"""What the first and the second curator said, a pair for each claim."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure with its 95 % interval; all on the scale of -1 to 1."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """How far two curators agree on one field of the claims that both decided on."""

    n: int
    """How many claims."""
    same: int
    """On how many they said the same."""
    percent: Estimate | None
    """Observed agreement, 0 to 1, with Wilson's interval."""
    kappa: Estimate | None
    ac1: Estimate | None
    """None, like kappa, where a single answer was ever given or one claim rated:
    there is no chance to agree by, or no spread to judge it from."""


def agree(ratings: Ratings) -> Agreement:
    """Return the agreement of two curators on one nominal field.

    The categories are those that were used, as in Gwet's own programs.

    Parameters
    ----------
    ratings
        A pair for each claim; the order of the pair is the order of the curators.
    """
    same = sum(first == second for first, second in ratings)
    measurable = len(ratings) > 1 and len({v for pair in ratings for v in pair}) > 1
    return Agreement(
        n=len(ratings),
        same=same,
        percent=proportion(same, len(ratings)),
        kappa=_beyond_chance(ratings, _by_both(ratings)) if measurable else None,
        ac1=_beyond_chance(ratings, _by_rarity(ratings)) if measurable else None,
    )


def proportion(part: int, whole: int) -> Estimate | None:
    """Return a share with Wilson's 95 % score interval; None of nothing.

    >>> found = proportion(81, 263)
    >>> f"{found.value:.4f}, {found.low:.4f} to {found.high:.4f}"
    '0.3080, 0.2553 to 0.3662'
    """
    if whole == 0:
        return None
    share, square = part / whole, Z * Z
    middle = share + square / (2 * whole)
    reach = Z * sqrt(share * (1 - share) / whole + square / (4 * whole * whole))
    scale = 1 + square / whole
    # At 0 and 1 the bound is exact; rounding must not put it beyond.
    low = 0.0 if part == 0 else (middle - reach) / scale
    high = 1.0 if part == whole else (middle + reach) / scale
    return Estimate(share, low, high)


def _by_both(ratings: Ratings) -> list[float]:
    """Return each claim's part in Cohen's chance agreement: the product of margins."""
    n = len(ratings)
    first = Counter(a for a, _ in ratings)
    second = Counter(b for _, b in ratings)
    return [(second[a] + first[b]) / (2 * n) for a, b in ratings]


def _by_rarity(ratings: Ratings) -> list[float]:
    """Return each claim's part in Gwet's chance agreement: rare answers, by luck."""
    n = len(ratings)
    used = Counter(value for pair in ratings for value in pair)
    share = {value: count / (2 * n) for value, count in used.items()}
    return [(2 - share[a] - share[b]) / 2 / (len(used) - 1) for a, b in ratings]


def _beyond_chance(ratings: Ratings, by_chance: Sequence[float]) -> Estimate | None:
    """Return (observed - chance) / (1 - chance), with its linearised interval.

    Gwet (2014) writes the variance as that of one value for each subject; for kappa
    it is exactly that of Fleiss, Cohen and Everitt.
    """
    n = len(ratings)
    observed = sum(first == second for first, second in ratings) / n
    chance = sum(by_chance) / n
    if chance >= 1:
        return None
    value = (observed - chance) / (1 - chance)
    spread = 0.0
    for (first, second), part in zip(ratings, by_chance, strict=True):
        own = ((first == second) - chance) / (1 - chance)
        linear = own - 2 * (1 - value) * (part - chance) / (1 - chance)
        spread += (linear - value) ** 2
    error = sqrt(spread) / n
    return Estimate(value, max(-1.0, value - Z * error), min(1.0, value + Z * error))
