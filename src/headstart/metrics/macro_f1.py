"""Mean F1 over classes."""

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
class MacroF1:
    """Mean F1 over the classes that are true or predicted at least once."""

    label: ClassVar[str] = "macro-F1"
    needs: ClassVar[str] = "labels"
    greater_is_better: ClassVar[bool] = True
    unit: ClassVar[float] = 0.01
    counts_classes_alike: ClassVar[bool] = True

    def stats(self, gold: Int[ndarray, " rows"], predictions: Predictions) -> Float[ndarray, "rows 2"]:
        """The true and the predicted label."""
        return label_pairs(gold, predictions)

    def value(self, stats: Float[ndarray, "rows 2"]) -> float:
        """Mean F1 over the classes found; not-a-number without any."""
        counts = Counts.of(stats)
        found = counts.true + counts.predicted > 0
        return float(counts.f1[found].mean()) if found.any() else float("nan")

    def without(
        self, stats: Float[ndarray, "rows 2"], blocks: Int[ndarray, " rows"]
    ) -> Float[ndarray, " blocks"]:
        counts = Counts.without(stats, blocks)
        found = counts.true + counts.predicted > 0
        classes = found.sum(axis=1)
        total = np.where(found, counts.f1, 0.0).sum(axis=1)
        return np.asarray(np.divide(total, classes, out=np.full(len(total), np.nan), where=classes > 0))
