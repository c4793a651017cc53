"""F1 of each class weighted by its rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from headstart.metrics._counts import Counts, label_pairs

if TYPE_CHECKING:
    from jaxtyping import Float, Int
    from numpy import ndarray

    from headstart.core.predictions import Predictions


@dataclass(frozen=True, kw_only=True)
class WeightedF1:
    """Mean F1 over classes, each weighted by the rows that are truly of it."""

    label: ClassVar[str] = "weighted F1"
    needs: ClassVar[str] = "labels"
    greater_is_better: ClassVar[bool] = True
    unit: ClassVar[float] = 0.01

    def stats(self, gold: Int[ndarray, " rows"], predictions: Predictions) -> Float[ndarray, "rows 2"]:
        """The true and the predicted label."""
        return label_pairs(gold, predictions)

    def value(self, stats: Float[ndarray, "rows 2"]) -> float:
        """The weighted mean; not-a-number without rows."""
        counts = Counts.of(stats)
        return float(np.average(counts.f1, weights=counts.true)) if counts.true.any() else float("nan")

    def without(
        self, stats: Float[ndarray, "rows 2"], blocks: Int[ndarray, " rows"]
    ) -> Float[ndarray, " blocks"]:
        counts = Counts.without(stats, blocks)
        rows = counts.true.sum(axis=1)
        total = (counts.f1 * counts.true).sum(axis=1)
        return np.asarray(np.divide(total, rows, out=np.full(len(total), np.nan), where=rows > 0))
