"""95 % intervals from influences, alone or simultaneous."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.special import stdtrit

if TYPE_CHECKING:
    from jaxtyping import Float
    from numpy import ndarray

CONFIDENCE = 0.95
DRAWS = 40_000


def standard_errors(influences: Float[ndarray, "blocks models"]) -> Float[ndarray, " models"]:
    """The jackknife's standard error of each column's estimate, with one block more than there is.

    To the sum of squares (Efron and Tibshirani 1993, equation 11.5) the greatest of them is added once
    more. Where a few rows make all of a difference, the sum rests on how many of them happened to be
    drawn, and is too small as often as not. Of two models' accuracies this is the interval of Agresti and
    Min (2005), who add half a row to each cell of the table of right and wrong.

    Where nothing varies (two models that agree on every row) the error is nought; where there is one
    block alone, or a value is undefined, it is not a number.
    """
    blocks = len(influences)
    if blocks < 2:
        return np.full(influences.shape[1], np.nan)
    squares = influences**2
    return np.asarray(np.sqrt((squares.sum(axis=0) + squares.max(axis=0)) / (blocks * (blocks - 1.0))))


def single_factor(blocks: int) -> float:
    """Standard errors from the estimate to either end of one interval: Student's t."""
    return float(stdtrit(max(1, blocks - 1), 0.5 + CONFIDENCE / 2))


def simultaneous_factor(influences: Float[ndarray, "blocks models"], *, seed: int) -> float:
    """Standard errors to either end of intervals that hold all at once.

    The quantile of the greatest absolute value under a multivariate t with the correlations of the
    influences (the max-t method: Hothorn, Bretz and Westfall 2008, section 2.2).
    """
    blocks = len(influences)
    moving = influences[:, influences.any(axis=0) & np.isfinite(influences).all(axis=0)]
    if moving.shape[1] < 2:
        return single_factor(blocks)
    correlations = np.atleast_2d(np.corrcoef(moving, rowvar=False))
    rng = np.random.default_rng(seed)
    normal = rng.multivariate_normal(np.zeros(len(correlations)), correlations, size=DRAWS, method="eigh")
    scale = np.sqrt(rng.chisquare(blocks - 1, size=DRAWS) / (blocks - 1))
    factor = float(np.quantile(np.abs(normal).max(axis=1) / scale, CONFIDENCE))
    return max(factor, single_factor(blocks))
