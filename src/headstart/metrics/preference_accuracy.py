"""Share of rows whose preferred answer is the likelier one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from headstart.metrics._likelihoods import likelihoods_of

if TYPE_CHECKING:
    from jaxtyping import Float
    from numpy import ndarray

    from headstart.core.predictions import Predictions


@dataclass(frozen=True, kw_only=True)
class PreferenceAccuracy:
    """Share of rows in which the model finds the preferred answer likelier, token by token, than the other.

    Likelihoods are means over tokens, so that a short answer is not the likelier one for being short.
    """

    label: ClassVar[str] = "preference accuracy"
    needs: ClassVar[str] = "rivals"
    greater_is_better: ClassVar[bool] = True
    unit: ClassVar[float] = 0.01

    def stats(self, gold: Any, predictions: Predictions) -> Float[ndarray, "rows 1"]:
        """1 where the preferred answer is likelier, a half where both are alike, else 0.

        Raises:
            ValueError: the predictions carry no likelihoods, or none of rivals.
        """
        if predictions.rivals is None:
            raise ValueError("this metric reads rivals of true answers, and these predictions have none")
        ours, theirs = (_a_token(each) for each in (likelihoods_of(predictions), predictions.rivals))
        return np.asarray((ours < theirs) + 0.5 * (ours == theirs), dtype=np.float64)[:, None]

    def value(self, stats: Float[ndarray, "rows 1"]) -> float:
        """The mean over rows; not-a-number without any."""
        return float(stats.mean()) if len(stats) else float("nan")


def _a_token(losses: Float[ndarray, "rows 2"]) -> Float[ndarray, " rows"]:
    return np.asarray(losses[:, 0] / np.maximum(1.0, losses[:, 1]))
