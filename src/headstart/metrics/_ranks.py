"""Predicted labels as places in an order."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from headstart.metrics._counts import labels_of

if TYPE_CHECKING:
    from jaxtyping import Float, Int
    from numpy import ndarray

    from headstart.core.predictions import Predictions


def rank_pairs(
    gold: Int[ndarray, " rows"], predictions: Predictions, classes: int
) -> Float[ndarray, "rows 2"]:
    """The true and the predicted place of each row; an abstention is as far off as it can be.

    Args:
        gold: true places, from 0.
        predictions: what was predicted.
        classes: how many places there are; at least as many as were seen.
    """
    labels, true = labels_of(predictions), np.asarray(gold)
    top = max(classes - 1, int(true.max(initial=0)), int(labels.max(initial=0)))
    farthest = np.where(2 * true >= top, 0, top)
    return np.column_stack([true, np.where(labels < 0, farthest, labels)]).astype(np.float64)
