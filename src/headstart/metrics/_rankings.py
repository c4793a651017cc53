"""What metrics of rankings read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from jaxtyping import Bool, Float, Int
    from numpy import ndarray

    from headstart.core.predictions import Predictions


def hits_of(gold: Any, predictions: Predictions, depth: int) -> Bool[ndarray, "rows depth"]:
    """Whether each of the first passages of each row is a right one; none where a ranking has ended.

    Args:
        gold: for each row, places in the corpus of its right passages.
        predictions: rankings of the same rows.
        depth: passages that are looked at.

    Raises:
        ValueError: the predictions hold no rankings.
    """
    if predictions.ranked is None:
        raise ValueError("this metric needs predictions with ranked passages, and these have none")
    hits = np.zeros((len(predictions.ranked), depth), dtype=bool)
    for row, (right, places) in enumerate(zip(gold, predictions.ranked[:, :depth], strict=True)):
        hits[row, : len(places)] = np.isin(places, right)
    return hits


def recalls(gold: Any, predictions: Predictions, depth: int) -> Float[ndarray, "rows 1"]:
    """The share of each row's right passages that is among the first so many."""
    found = hits_of(gold, predictions, depth).sum(axis=1)
    return np.asarray((found / np.maximum(sizes_of(gold), 1))[:, None])


def sizes_of(gold: Any) -> Int[ndarray, " rows"]:
    """Number of right passages of each row."""
    return np.fromiter(map(len, gold), dtype=np.int64, count=len(gold))


def mean(stats: Float[ndarray, "rows 1"]) -> float:
    """The mean over rows; not-a-number without rows."""
    return float(stats.mean()) if len(stats) else float("nan")
