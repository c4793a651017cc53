"""Predicted numbers beside true ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from jaxtyping import Float
    from numpy import ndarray

    from headstart.core.predictions import Predictions


def values_of(predictions: Predictions) -> Float[ndarray, " rows"]:
    """The predicted numbers.

    Raises:
        ValueError: the predictions carry none.
    """
    if predictions.values is None:
        raise ValueError("this metric reads values, and these predictions have none")
    return np.asarray(predictions.values, dtype=np.float64)


def errors_of(gold: Float[ndarray, " rows"], predictions: Predictions) -> Float[ndarray, " rows"]:
    """How far each predicted number lies above the true one."""
    return values_of(predictions) - np.asarray(gold, dtype=np.float64)


def correlation(first: Float[ndarray, " rows"], second: Float[ndarray, " rows"]) -> float:
    """Pearson's coefficient of true (first) and predicted numbers.

    Not-a-number for fewer than two rows, where the true numbers are all alike, or where one is
    undefined; 0 where the predicted ones are all alike, for they say nothing of the rows.
    """
    if len(first) < 2 or not (np.isfinite(first).all() and np.isfinite(second).all()):
        return float("nan")
    if np.ptp(first) == 0:
        return float("nan")
    if np.ptp(second) == 0:
        return 0.0
    one, other = first - first.mean(), second - second.mean()
    # Scaled first, so that neither very large nor very small numbers are lost in their squares.
    one, other = one / np.abs(one).max(), other / np.abs(other).max()
    return float(np.clip((one @ other) / np.sqrt((one @ one) * (other @ other)), -1.0, 1.0))
