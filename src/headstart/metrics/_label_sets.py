"""Predicted sets of labels beside true ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from jaxtyping import Bool, Float
    from numpy import ndarray

    from headstart.core.predictions import Predictions


def chosen_of(predictions: Predictions) -> Bool[ndarray, "rows labels"]:
    """Which labels each row was given.

    Raises:
        ValueError: the predictions do not say.
    """
    if predictions.chosen is None:
        raise ValueError("this metric reads chosen labels, and these predictions have none")
    return np.asarray(predictions.chosen, dtype=bool)


def true_of(gold: Float[ndarray, "rows labels"]) -> Bool[ndarray, "rows labels"]:
    """Which labels each row has."""
    return np.asarray(gold) > 0.5


def side_by_side(
    gold: Float[ndarray, "rows labels"], predictions: Predictions
) -> Float[ndarray, "rows both"]:
    """The true labels of each row, and behind them the given ones."""
    return np.hstack([true_of(gold), chosen_of(predictions)]).astype(np.float64)
