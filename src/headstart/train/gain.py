"""Whether one set of losses lies below another beyond chance."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from jaxtyping import Float, Int
    from numpy import ndarray


def gain(
    falls: Float[ndarray, " rows"], *, weights: Float[ndarray, " rows"], groups: Int[ndarray, " rows"]
) -> float:
    """How far losses fall on the mean, in standard errors over the clusters.

    Args:
        falls: loss before less loss after, of each row.
        weights: how much each row counts.
        groups: cluster of each row.
    """
    _, cluster = np.unique(groups, return_inverse=True)
    counts = np.bincount(cluster, weights=weights)
    sums = np.bincount(cluster, weights=weights * falls)
    mean = sums.sum() / counts.sum()
    error = np.sqrt(np.square(sums - mean * counts).sum()) / counts.sum()
    return float(mean / max(float(error), 1e-12))
