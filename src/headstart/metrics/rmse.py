"""Root of the mean squared error."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from headstart.metrics._numbers import errors_of
from headstart.metrics._without import means_without

if TYPE_CHECKING:
    from jaxtyping import Float, Int
    from numpy import ndarray

    from headstart.core.predictions import Predictions


@dataclass(frozen=True, kw_only=True)
class Rmse:
    """How far predicted numbers are from the true ones, large errors counting more, in units of the target.

    Args:
        unit: what one point of the margin is: a hundredth of the target's deviation.
    """

    label: ClassVar[str] = "root mean squared error"
    needs: ClassVar[str] = "values"
    greater_is_better: ClassVar[bool] = False

    unit: float = 0.01

    def stats(self, gold: Float[ndarray, " rows"], predictions: Predictions) -> Float[ndarray, "rows 1"]:
        """The squared error."""
        return np.asarray(np.square(errors_of(gold, predictions))[:, None])

    def value(self, stats: Float[ndarray, "rows 1"]) -> float:
        """The root of the mean; not-a-number without rows."""
        return float(np.sqrt(stats.mean())) if len(stats) else float("nan")

    def without(
        self, stats: Float[ndarray, "rows 1"], blocks: Int[ndarray, " rows"]
    ) -> Float[ndarray, " blocks"]:
        return np.asarray(np.sqrt(means_without(stats, blocks)))
