"""Penalised logistic regression by Newton's method: a few weights, always the same."""

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]

FREE = 1e6
"""The variance of a weight that nothing holds back."""

_STEPS = 25
_STILL = 1e-7
"""A step below which nothing moves that a whole hundredth would show."""


def fit(table: Numbers, right: Numbers, before: Numbers, variance: Numbers) -> Numbers:
    """Return the weights that fit best, drawn to `before` as their variance allows.

    Parameters
    ----------
    table
        One row for each example, one column for each weight.
    right
        1 where the example is right, else 0.
    before
        What each weight is taken to be before anything is seen.
    variance
        How far each may go from there.
    """
    weights = before.copy()
    pull = np.diag(1 / variance)
    for _ in range(_STEPS):
        chance = 1 / (1 + np.exp(-table @ weights))
        slope = table.T @ (chance - right) + pull @ (weights - before)
        bend = (table * (chance * (1 - chance))[:, None]).T @ table + pull
        step = np.linalg.solve(bend, slope)
        weights = weights - step
        if np.abs(step).max() < _STILL:
            break
    return weights
