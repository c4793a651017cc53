"""Choosing whole clusters to set apart."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from jaxtyping import Bool, Int, Shaped
    from numpy import ndarray


@dataclass(frozen=True, kw_only=True, eq=False)
class Pool:
    """Rows of which some are to be set apart.

    Args:
        clusters: cluster of each row, from 0 without gaps.
        labels: class of each row, from 0.
        rank: sort key of each cluster; the lowest are set apart first.
    """

    clusters: Int[ndarray, " rows"]
    labels: Int[ndarray, " rows"]
    rank: Shaped[ndarray, " clusters"]


def hold_out(pool: Pool, share: float, *, stratified: bool) -> Bool[ndarray, " rows"]:
    """Which rows are set apart: a share of the rows, in whole clusters, the lowest ranks first.

    Every class keeps at least one row, and where stratified every class of two clusters or more gives one.

    Args:
        pool: the rows.
        share: share of the rows to set apart, of each class where stratified.
        stratified: whether each class gives its own share.
    """
    sizes = np.bincount(pool.clusters)
    order = np.argsort(pool.rank, kind="stable")
    held = np.zeros(len(sizes), dtype=bool)
    if stratified:
        classes = _most_frequent_class(pool)
        by_class = np.argsort(classes[order], kind="stable")
        bounds = np.flatnonzero(np.diff(classes[order][by_class])) + 1
        for mine in np.split(order[by_class], bounds):
            held[_lowest(mine, sizes, share)] = True
    else:
        held[_lowest(order, sizes, share)] = True
    _give_back(held, pool, order)
    return np.asarray(held[pool.clusters])


def _most_frequent_class(pool: Pool) -> Int[ndarray, " clusters"]:
    """The class of most rows of each cluster, the first one in a tie."""
    count = int(pool.labels.max()) + 1
    pairs, rows = np.unique(pool.clusters * count + pool.labels, return_counts=True)
    order = np.lexsort((-pairs % count, rows, pairs // count))
    last = np.flatnonzero(np.diff(pairs[order] // count, append=-1))
    return pairs[order][last] % count


def _lowest(
    order: Int[ndarray, " clusters"], sizes: Int[ndarray, " all"], share: float
) -> Int[ndarray, " chosen"]:
    """The first clusters that fit into the share; at least one, but not all."""
    if len(order) < 2:
        return order[:0]
    mine = sizes[order]
    quota = max(1, round(share * int(mine.sum())))
    if mine.max() == 1:
        return order[: min(quota, len(order) - 1)]
    chosen, taken = list[int](), 0
    for at, size in enumerate(mine.tolist()):
        if taken + size <= quota and len(chosen) < len(order) - 1:
            chosen.append(at)
            taken += size
        if taken == quota:
            break
    return order[chosen] if chosen else order[[int(np.argmin(mine))]]


def _give_back(held: Bool[ndarray, " clusters"], pool: Pool, order: Int[ndarray, " clusters"]) -> None:
    """Gives a cluster back for each class that would have no row left, the one of the highest rank."""
    kept = np.unique(pool.labels[~held[pool.clusters]])
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    for label in np.setdiff1d(np.unique(pool.labels), kept):
        having = np.unique(pool.clusters[pool.labels == label])
        if held[having].all():
            held[having[np.argmax(place[having])]] = False
