"""Correlation of true and predicted labels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from headstart.metrics._counts import Counts, label_pairs
from headstart.metrics._without import shares, sums_without

if TYPE_CHECKING:
    from jaxtyping import Float, Int
    from numpy import ndarray

    from headstart.core.predictions import Predictions


@dataclass(frozen=True, kw_only=True)
class Matthews:
    """Correlation of true and predicted labels, for any number of classes.

    Gorodkin 2004, equation 8. An abstention is a label of its own that is never true.
    """

    label: ClassVar[str] = "Matthews correlation"
    needs: ClassVar[str] = "labels"
    greater_is_better: ClassVar[bool] = True
    unit: ClassVar[float] = 0.01
    worst: ClassVar[float] = -1.0

    def stats(self, gold: Int[ndarray, " rows"], predictions: Predictions) -> Float[ndarray, "rows 2"]:
        """The true and the predicted label."""
        return label_pairs(gold, predictions)

    def value(self, stats: Float[ndarray, "rows 2"]) -> float:
        """The correlation; 0 where either side has one label only, not-a-number without rows."""
        if not len(stats):
            return float("nan")
        counts = Counts.of(stats)
        rows = float(len(stats))
        abstained = rows - counts.predicted.sum()
        covariance = rows * counts.right.sum() - float(counts.predicted @ counts.true)
        spread_true = rows**2 - float(counts.true @ counts.true)
        spread_predicted = rows**2 - float(counts.predicted @ counts.predicted) - abstained**2
        spread = spread_true * spread_predicted
        return covariance / spread**0.5 if spread > 0 else 0.0

    def without(
        self, stats: Float[ndarray, "rows 2"], blocks: Int[ndarray, " rows"]
    ) -> Float[ndarray, " blocks"]:
        counts = Counts.without(stats, blocks)
        rows = sums_without(np.ones((len(stats), 1)), blocks)[:, 0]
        abstained = rows - counts.predicted.sum(axis=1)
        covariance = rows * counts.right.sum(axis=1) - (counts.predicted * counts.true).sum(axis=1)
        spread_true = rows**2 - (counts.true**2).sum(axis=1)
        spread_predicted = rows**2 - (counts.predicted**2).sum(axis=1) - abstained**2
        spread = np.sqrt(spread_true * spread_predicted)
        return shares(covariance, spread, rows)
