"""Sums over all rows but those of each block, for all blocks at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from jaxtyping import Float, Int
    from numpy import ndarray


def outside(inside: Float[ndarray, "blocks sums"]) -> Float[ndarray, "blocks sums"]:
    """What all other blocks sum up to, from what each does.

    The blocks before and those after are added up, and nothing is subtracted: a value that is very large or
    undefined spoils no sum of which it is no part.
    """
    found = np.zeros(inside.shape, dtype=np.float64)
    found[1:] = np.cumsum(inside[:-1], axis=0)
    found[:-1] += np.cumsum(inside[:0:-1], axis=0)[::-1]
    return found


def sums_without(
    values: Float[ndarray, "rows sums"], blocks: Int[ndarray, " rows"]
) -> Float[ndarray, "blocks sums"]:
    """The sum of each column over the rows outside each block."""
    count = int(blocks.max()) + 1
    return outside(np.column_stack([np.bincount(blocks, weights=each, minlength=count) for each in values.T]))


def means_without(
    stats: Float[ndarray, "rows 1"], blocks: Int[ndarray, " rows"]
) -> Float[ndarray, " blocks"]:
    """The mean over the rows outside each block; not-a-number where there are none."""
    sums, rows = sums_without(np.column_stack([stats[:, 0], np.ones(len(stats))]), blocks).T
    return np.asarray(np.divide(sums, rows, out=np.full(len(rows), np.nan), where=rows > 0))


def positives_without(
    pairs: Float[ndarray, "rows 2"], blocks: Int[ndarray, " rows"]
) -> Float[ndarray, "4 blocks"]:
    """Rows outside each block: those positive and predicted so, positive, predicted positive, and all."""
    positive, predicted = pairs.T
    return sums_without(
        np.column_stack([positive * predicted, positive, predicted, np.ones(len(pairs))]), blocks
    ).T


def shares(
    above: Float[ndarray, " blocks"], below: Float[ndarray, " blocks"], rows: Float[ndarray, " blocks"]
) -> Float[ndarray, " blocks"]:
    """`above / below`: 0 where nothing is below, not-a-number where there are no rows."""
    value = np.divide(above, below, out=np.zeros(len(rows)), where=below > 0)
    return np.where(rows > 0, value, np.nan)
