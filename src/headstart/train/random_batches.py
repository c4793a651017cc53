"""Batches of examples that meet at random, whatever their lengths."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from jaxtyping import Int
    from numpy import ndarray


def random_batches(
    lengths: Int[ndarray, " examples"], *, rows: int, rng: np.random.Generator
) -> list[Int[ndarray, " batch"]]:
    """Positions of the examples of each batch of one pass; every example stands in one batch.

    Batches are of nearly one number of tokens. They hold more padding than sorted ones, and teach more: a
    step of short texts alone and one of long texts alone pull in different directions.

    Args:
        lengths: tokens in each example.
        rows: examples in a batch on average.
        rng: owner of the order.
    """
    if not len(lengths):
        return []
    order = rng.permutation(len(lengths))
    reached = np.cumsum(np.maximum(1, np.asarray(lengths)[order]))
    count = max(1, round(len(order) / rows))
    edges = np.searchsorted(reached, reached[-1] * np.arange(1, count) / count)
    return [each for each in np.split(order, edges) if len(each)]
