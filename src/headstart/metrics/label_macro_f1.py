"""Mean F1 over labels, where rows may have several."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from headstart.metrics._label_sets import side_by_side

if TYPE_CHECKING:
    from jaxtyping import Float
    from numpy import ndarray

    from headstart.core.predictions import Predictions


@dataclass(frozen=True, kw_only=True)
class LabelMacroF1:
    """Mean F1 over the labels that are true or given at least once."""

    label: ClassVar[str] = "macro-F1 over labels"
    needs: ClassVar[str] = "chosen"
    greater_is_better: ClassVar[bool] = True
    unit: ClassVar[float] = 0.01

    def stats(
        self, gold: Float[ndarray, "rows labels"], predictions: Predictions
    ) -> Float[ndarray, "rows both"]:
        """The true labels of the row, and behind them the given ones."""
        return side_by_side(gold, predictions)

    def value(self, stats: Float[ndarray, "rows both"]) -> float:
        """The mean; 0 where no label is true or given, not-a-number without rows."""
        if not len(stats):
            return float("nan")
        labels = stats.shape[1] // 2
        true, given = stats[:, :labels], stats[:, labels:]
        both = true.sum(axis=0) + given.sum(axis=0)
        right = np.einsum("rl,rl->l", true, given)
        used = both > 0
        return float((2.0 * right[used] / both[used]).mean()) if used.any() else 0.0
