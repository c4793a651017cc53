"""How good intervals are: what they cost, what they hold, and what a constant width would have cost."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from jaxtyping import Float
    from numpy import ndarray


def interval_scores(
    low: Float[ndarray, " cases"],
    high: Float[ndarray, " cases"],
    came: Float[ndarray, " cases"],
    *,
    level: float,
) -> Float[ndarray, " cases"]:
    """Width plus a fine for what lies outside; less is better (Gneiting and Raftery 2007, equation 43).

    Args:
        low: lower ends.
        high: upper ends.
        came: what came.
        level: share of cases that the intervals are meant to hold.
    """
    fine = 2 / (1 - level)
    return np.asarray((high - low) + fine * np.maximum(low - came, 0) + fine * np.maximum(came - high, 0))


def constant_ends(came: Float[ndarray, " cases"], *, level: float) -> tuple[float, float]:
    """The one interval of least mean interval score for all cases.

    The score is the sum of the losses that the quantiles at the two ends minimise (Gneiting and Raftery
    2007, section 6.2).
    """
    low, high = np.quantile(came, [(1 - level) / 2, (1 + level) / 2], method="inverted_cdf")
    return float(low), float(high)


def left_out(
    came: Float[ndarray, " cases"], sets: list[str], *, level: float
) -> tuple[Float[ndarray, " cases"], Float[ndarray, " cases"]]:
    """Ends for each case from all cases of other data sets.

    Args:
        came: what came, from whatever centre the ends are to be counted.
        sets: data set of each case.
        level: share of cases that the intervals are meant to hold.
    """
    low, high = np.empty(len(came)), np.empty(len(came))
    names = np.array(sets)
    for name in set(sets):
        low[names == name], high[names == name] = constant_ends(came[names != name], level=level)
    return low, high
