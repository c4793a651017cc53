"""Agreement of ordered classes beyond chance."""

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
class QuadraticKappa:
    """Weighted kappa with squared distances (Cohen 1968): 1 is perfect, 0 is what chance would reach.

    Args:
        classes: how many ordered classes there are.
    """

    label: ClassVar[str] = "quadratic weighted kappa"
    needs: ClassVar[str] = "labels"
    greater_is_better: ClassVar[bool] = True
    unit: ClassVar[float] = 0.01
    worst: ClassVar[float] = -1.0

    classes: int = 0

    def stats(self, gold: Int[ndarray, " rows"], predictions: Predictions) -> Float[ndarray, "rows 2"]:
        """The true and the predicted place; an abstention is as far off as it can be."""
        return rank_pairs(gold, predictions, self.classes)

    def value(self, stats: Float[ndarray, "rows 2"]) -> float:
        """One less the mean squared distance over that of rows paired by chance; not-a-number without any."""
        if not len(stats):
            return float("nan")
        gold, guess = stats[:, 0], stats[:, 1]
        # The mean of (g - p)^2 over all pairs of a true and a predicted place.
        chance = gold.var() + guess.var() + (gold.mean() - guess.mean()) ** 2
        if chance <= 0.0:
            return float("nan")
        return float(1.0 - np.square(gold - guess).mean() / chance)
