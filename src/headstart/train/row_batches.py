"""Batches that hold all the texts of their rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from jaxtyping import Int
    from numpy import ndarray

    from headstart.core.examples import Examples


def row_batches(
    examples: Examples, *, rows: int, most_tokens: int, rng: np.random.Generator
) -> list[Int[ndarray, " batch"]]:
    """Positions of the examples of each batch of one pass; every row stands whole in one batch.

    Rows meet at random, since what they are compared with decides what is learnt, and all batches are of
    nearly one size, since the last few rows alone would teach little.

    Args:
        examples: those of a row stand side by side.
        rows: rows in a batch at most.
        most_tokens: tokens in a batch at most; a batch of more is halved as often as it takes.
        rng: owner of the order.
    """
    if not len(examples):
        return []
    starts = np.flatnonzero(np.diff(examples.owners, prepend=-1))
    stops = np.append(starts[1:], len(examples))
    sizes = np.add.reduceat(examples.lengths, starts)
    order = rng.permutation(len(starts))
    parts = np.array_split(order, -(-len(order) // rows))
    return [
        np.concatenate([np.arange(starts[row], stops[row]) for row in each])
        for part in parts
        for each in _halved(part, sizes, most_tokens)
    ]


def _halved(
    part: Int[ndarray, " rows"], sizes: Int[ndarray, " every"], most_tokens: int
) -> list[Int[ndarray, " some"]]:
    # Two rows are the fewest that can be compared.
    if len(part) < 4 or int(sizes[part].sum()) <= most_tokens:
        return [part]
    halves = np.array_split(part, 2)
    return [each for half in halves for each in _halved(half, sizes, most_tokens)]
