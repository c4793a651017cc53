"""Pearson's correlation."""

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
class Pearson:
    """How closely predicted and true numbers lie along a line (Pearson 1895)."""

    label: ClassVar[str] = "Pearson correlation"
    needs: ClassVar[str] = "values"
    greater_is_better: ClassVar[bool] = True
    unit: ClassVar[float] = 0.01
    worst: ClassVar[float] = -1.0

    def stats(self, gold: Float[ndarray, " rows"], predictions: Predictions) -> Float[ndarray, "rows 2"]:
        """The true and the predicted number."""
        return np.column_stack([np.asarray(gold, dtype=np.float64), values_of(predictions)])

    def value(self, stats: Float[ndarray, "rows 2"]) -> float:
        """The coefficient; 0 where all predicted numbers are alike, not-a-number where all true ones are."""
        return correlation(stats[:, 0], stats[:, 1])
