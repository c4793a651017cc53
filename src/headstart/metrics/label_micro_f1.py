"""F1 over all labels of all rows together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from headstart.metrics._label_sets import chosen_of, true_of

if TYPE_CHECKING:
    from jaxtyping import Float
    from numpy import ndarray

    from headstart.core.predictions import Predictions


@dataclass(frozen=True, kw_only=True)
class LabelMicroF1:
    """Harmonic mean of precision and recall over every label of every row."""

    label: ClassVar[str] = "micro-F1"
    needs: ClassVar[str] = "chosen"
    greater_is_better: ClassVar[bool] = True
    unit: ClassVar[float] = 0.01

    def stats(
        self, gold: Float[ndarray, "rows labels"], predictions: Predictions
    ) -> Float[ndarray, "rows 2"]:
        """Labels that are right, and labels that are true plus labels that are given."""
        true, given = true_of(gold), chosen_of(predictions)
        return np.column_stack([(true & given).sum(axis=1), true.sum(axis=1) + given.sum(axis=1)]).astype(
            np.float64
        )

    def value(self, stats: Float[ndarray, "rows 2"]) -> float:
        """F1; 0 where no label is true or given, not-a-number without rows."""
        if not len(stats):
            return float("nan")
        right, both = stats.sum(axis=0)
        return float(2.0 * right / both) if both else 0.0
