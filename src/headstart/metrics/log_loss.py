"""Mean negative log-probability of the true label."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from headstart.metrics._counts import probabilities_of
from headstart.metrics._without import means_without

if TYPE_CHECKING:
    from jaxtyping import Float, Int
    from numpy import ndarray

    from headstart.core.predictions import Predictions


@dataclass(frozen=True, kw_only=True)
class LogLoss:
    """Mean negative log-probability of the true label, in nats."""

    label: ClassVar[str] = "log loss"
    needs: ClassVar[str] = "probabilities"
    greater_is_better: ClassVar[bool] = False
    unit: ClassVar[float] = 0.01

    def stats(self, gold: Int[ndarray, " rows"], predictions: Predictions) -> Float[ndarray, "rows 1"]:
        """Negative log-probability of the true label."""
        probabilities = probabilities_of(predictions)
        given = probabilities[np.arange(len(probabilities)), gold]
        # The smallest step of the numbers given, so that one sure error costs much and not everything.
        least = np.finfo(probabilities.dtype).eps
        return np.asarray(-np.log(np.clip(given.astype(np.float64), least, 1.0))[:, None])

    def value(self, stats: Float[ndarray, "rows 1"]) -> float:
        """The mean; not-a-number without rows or where a probability is undefined."""
        return float(stats.mean()) if len(stats) else float("nan")

    def without(
        self, stats: Float[ndarray, "rows 1"], blocks: Int[ndarray, " rows"]
    ) -> Float[ndarray, " blocks"]:
        return means_without(stats, blocks)
