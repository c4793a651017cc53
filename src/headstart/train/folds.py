"""Folds that keep clusters whole and classes even."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from jaxtyping import Int
    from numpy import ndarray


def stratified_folds(
    targets: Int[ndarray, " rows"], groups: Int[ndarray, " rows"], *, folds: int, seed: int
) -> Int[ndarray, " rows"]:
    """The fold of each row: no cluster lies in two folds, and each class is spread evenly.

    Args:
        targets: class of each row, from 0.
        groups: cluster of each row.
        folds: number of folds, at least 2.
        seed: decides which rows go together.
    """
    rng = np.random.default_rng(seed)
    _, cluster, sizes = np.unique(groups, return_inverse=True, return_counts=True)
    counts = np.zeros((folds, int(targets.max()) + 1), dtype=np.int64)
    fold = np.full(len(targets), -1, dtype=np.int64)
    for rows in _clusters_of_several(cluster, sizes, rng):
        mix = np.bincount(targets[rows], minlength=counts.shape[1])
        chosen = int(np.lexsort((counts.sum(axis=1), counts @ mix))[0])
        fold[rows] = chosen
        counts[chosen] += mix
    alone = rng.permutation(np.flatnonzero(sizes[cluster] == 1))
    for label in np.unique(targets[alone]):
        rows = alone[targets[alone] == label]
        fold[rows] = _fill(counts[:, label], counts.sum(axis=1), len(rows))
        counts[:, label] += np.bincount(fold[rows], minlength=folds)
    return fold


def _clusters_of_several(
    cluster: Int[ndarray, " rows"], sizes: Int[ndarray, " clusters"], rng: np.random.Generator
) -> list[Int[ndarray, " members"]]:
    """The rows of each cluster that has more than one, largest first, ties shuffled."""
    order, ends = np.argsort(cluster, kind="stable"), np.cumsum(sizes)
    several = rng.permutation(np.flatnonzero(sizes > 1))
    largest_first = several[np.argsort(-sizes[several], kind="stable")]
    return [order[ends[each] - sizes[each] : ends[each]] for each in largest_first]


def _fill(have: Int[ndarray, " folds"], totals: Int[ndarray, " folds"], rows: int) -> Int[ndarray, " rows"]:
    """Folds for rows of one class, poured where the class is lowest and then where rows are fewest."""

    def poured(level: int) -> int:
        return int(np.maximum(level - have, 0).sum())

    level = bisect_right(range(int(have.max()) + rows + 2), rows, key=poured) - 1
    wanted = np.maximum(level - have, 0)
    lowest = np.lexsort((totals + wanted, have + wanted))
    wanted[lowest[: rows - int(wanted.sum())]] += 1
    return np.repeat(np.arange(len(have)), wanted)
