"""Share of rows that got their true label."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from headstart.metrics._counts import labels_of
from headstart.metrics._without import means_without

if TYPE_CHECKING:
    from jaxtyping import Float, Int
    from numpy import ndarray

    from headstart.core.predictions import Predictions


@dataclass(frozen=True, kw_only=True)
class Accuracy:
    """Share of rows that got their true label; an abstention is wrong."""

    label: ClassVar[str] = "accuracy"
    needs: ClassVar[str] = "labels"
    greater_is_better: ClassVar[bool] = True
    unit: ClassVar[float] = 0.01

    def stats(self, gold: Int[ndarray, " rows"], predictions: Predictions) -> Float[ndarray, "rows 1"]:
        """1 where the label is right, else 0."""
        labels = labels_of(predictions)
        # A true label that no class has is written as -1 too, and an abstention must not match it.
        return np.asarray((labels == gold) & (labels >= 0), dtype=np.float64)[:, None]

    def value(self, stats: Float[ndarray, "rows 1"]) -> float:
        """The share that is right; not-a-number without rows."""
        return float(stats.mean()) if len(stats) else float("nan")

    def without(
        self, stats: Float[ndarray, "rows 1"], blocks: Int[ndarray, " rows"]
    ) -> Float[ndarray, " blocks"]:
        return means_without(stats, blocks)
