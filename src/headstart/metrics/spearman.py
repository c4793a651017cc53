"""Spearman's rank correlation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from headstart.metrics._numbers import correlation, values_of

if TYPE_CHECKING:
    from jaxtyping import Float
    from numpy import ndarray

    from headstart.core.predictions import Predictions


@dataclass(frozen=True, kw_only=True)
class Spearman:
    """How alike the orders of predicted and true numbers are: Pearson's correlation of their ranks.

    Spearman 1904; ties get the mean of their ranks.
    """

    label: ClassVar[str] = "Spearman correlation"
    needs: ClassVar[str] = "values"
    greater_is_better: ClassVar[bool] = True
    unit: ClassVar[float] = 0.01
    worst: ClassVar[float] = -1.0

    def stats(self, gold: Float[ndarray, " rows"], predictions: Predictions) -> Float[ndarray, "rows 2"]:
        """Dense rank of the true and of the predicted number; not-a-number where the number is."""
        pair = (np.asarray(gold, dtype=np.float64), values_of(predictions))
        return np.column_stack([_dense(each) for each in pair])

    def value(self, stats: Float[ndarray, "rows 2"]) -> float:
        """The coefficient; 0 where all predicted numbers are alike, not-a-number where all true ones are."""
        if len(stats) < 2 or np.isnan(stats).any():
            return float("nan")
        return correlation(_ranks(stats[:, 0]), _ranks(stats[:, 1]))


def _dense(values: Float[ndarray, " rows"]) -> Float[ndarray, " rows"]:
    ranks = np.unique(values, return_inverse=True)[1].astype(np.float64)
    ranks[np.isnan(values)] = np.nan
    return ranks


def _ranks(dense: Float[ndarray, " rows"]) -> Float[ndarray, " rows"]:
    """Mean rank of each row among those that are here, by counting: a resample is not sorted again."""
    levels = dense.astype(np.int64)
    counts = np.bincount(levels)
    return np.asarray((np.cumsum(counts) - (counts - 1) / 2.0)[levels])
