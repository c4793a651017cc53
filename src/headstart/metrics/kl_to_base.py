"""How far a model has moved from its base."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from headstart.metrics._likelihoods import mean_loss

if TYPE_CHECKING:
    from jaxtyping import Float
    from numpy import ndarray

    from headstart.core.predictions import Predictions


@dataclass(frozen=True, kw_only=True)
class KlToBase:
    """Mean Kullback-Leibler divergence from the base at the tokens of preferred answers, in nats.

    It is exact at each of these tokens, over the whole vocabulary, and says nothing of other texts.
    """

    label: ClassVar[str] = "KL to base"
    needs: ClassVar[str] = "drift"
    greater_is_better: ClassVar[bool] = False
    unit: ClassVar[float] = 0.01

    def stats(self, gold: Any, predictions: Predictions) -> Float[ndarray, "rows 2"]:
        """Sum of the divergences at the tokens of each row's answer, and their number.

        Raises:
            ValueError: the predictions carry none.
        """
        if predictions.drift is None:
            raise ValueError("this metric reads the drift from a base, and these predictions have none")
        return np.asarray(predictions.drift, dtype=np.float64)

    def value(self, stats: Float[ndarray, "rows 2"]) -> float:
        """The mean over tokens; not-a-number without any."""
        return mean_loss(stats)
