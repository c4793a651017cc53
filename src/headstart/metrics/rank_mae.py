"""How many classes an ordered prediction is off."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from headstart.metrics._ranks import rank_pairs

if TYPE_CHECKING:
    from jaxtyping import Float, Int
    from numpy import ndarray

    from headstart.core.predictions import Predictions


@dataclass(frozen=True, kw_only=True)
class RankMae:
    """The mean distance of predicted classes from the true ones, in classes.

    Args:
        classes: how many ordered classes there are.
    """

    label: ClassVar[str] = "mean absolute error in classes"
    needs: ClassVar[str] = "labels"
    greater_is_better: ClassVar[bool] = False
    unit: ClassVar[float] = 0.01

    classes: int = 0

    def stats(self, gold: Int[ndarray, " rows"], predictions: Predictions) -> Float[ndarray, "rows 1"]:
        """The distance; an abstention is as far off as it can be."""
        pairs = rank_pairs(gold, predictions, self.classes)
        return np.asarray(np.abs(pairs[:, :1] - pairs[:, 1:]))

    def value(self, stats: Float[ndarray, "rows 1"]) -> float:
        """The mean; not-a-number without rows."""
        return float(stats.mean()) if len(stats) else float("nan")
