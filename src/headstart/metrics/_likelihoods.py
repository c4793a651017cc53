"""What models say of true answers, token by token."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from jaxtyping import Float
    from numpy import ndarray

    from headstart.core.predictions import Predictions


def likelihoods_of(predictions: Predictions) -> Float[ndarray, "rows 2"]:
    """Sum of the losses of each row's true answer, and its tokens.

    Raises:
        ValueError: the predictions carry none.
    """
    if predictions.likelihoods is None:
        raise ValueError("this metric reads likelihoods of true answers, and these predictions have none")
    return np.asarray(predictions.likelihoods, dtype=np.float64)


def mean_loss(stats: Float[ndarray, "rows 2"]) -> float:
    """Mean over tokens; not a number without any."""
    losses, tokens = stats.sum(axis=0)
    return float(losses / tokens) if tokens else float("nan")
