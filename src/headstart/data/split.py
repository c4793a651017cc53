"""Which rows are train, dev and test."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from headstart.data.hold_out import Pool, hold_out

if TYPE_CHECKING:
    from jaxtyping import Bool, Int, UInt
    from numpy import ndarray

    from headstart.data.clusters import Clusters
    from headstart.data.earlier import Earlier

_FIRST, _SECOND = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
_STEP = 0x9E3779B97F4A7C15


@dataclass(frozen=True, kw_only=True, eq=False)
class Shares:
    """How rows are shared out.

    Args:
        test: share of all rows for test, or 0 when test rows are given.
        dev: share of the remaining rows for dev.
        seed: decides which of the remaining rows are dev.
    """

    test: float
    dev: float
    seed: int


def split_rows(
    clusters: Clusters,
    labels: Int[ndarray, " rows"],
    shares: Shares,
    *,
    times: Int[ndarray, " rows"] | None = None,
    earlier: Earlier | None = None,
) -> tuple[Bool[ndarray, " rows"], Bool[ndarray, " rows"]]:
    """Which rows are test and which are dev; clusters stay whole and the order of rows does not matter.

    Test is the clusters with the lowest content hashes in each class, whatever the seed. With times, test
    is the newest clusters and dev the newest of the rest.

    What an earlier run sealed is sealed again, whatever its share, and counts towards the share; what it
    learnt from is not sealed, as its model, which is measured on the sealed rows, knows it.

    Args:
        clusters: which rows belong together.
        labels: class of each row, from 0.
        shares: how much goes where.
        times: when each row is from, later being greater.
        earlier: what an earlier run knew of the rows.
    """
    test = np.zeros(len(labels), dtype=bool)
    if shares.test:
        turns = None if earlier is None else _turns(clusters, earlier)
        test = _chosen(clusters, labels, ~test, shares.test, times=times, keys=clusters.keys, turns=turns)
    if earlier is not None:
        test = earlier.sealed | (test & ~earlier.seen)
    dev = _chosen(clusters, labels, ~test, shares.dev, times=times, keys=reseeded(clusters.keys, shares.seed))
    return test, dev


def moved_back(clusters: Clusters, chosen: Bool[ndarray, " rows"], times: Int[ndarray, " rows"]) -> int:
    """Rows that were chosen though newer ones were not, because they belong to a cluster with newer rows."""
    newest = np.full(len(clusters.keys), np.iinfo(np.int64).min)
    np.maximum.at(newest, clusters.of, times)
    return int((times[chosen] < newest[clusters.of[chosen]].min()).sum())


def _chosen(
    clusters: Clusters,
    labels: Int[ndarray, " rows"],
    among: Bool[ndarray, " rows"],
    share: float,
    *,
    times: Int[ndarray, " rows"] | None,
    keys: UInt[ndarray, " clusters"],
    turns: Int[ndarray, " clusters"] | None = None,
) -> Bool[ndarray, " rows"]:
    if not among.any():
        return ~among & False
    present, local = np.unique(clusters.of[among], return_inverse=True)
    rank = keys[present]
    if times is not None:
        rank = _newest_first(times[among], local, rank)
    if turns is not None:
        rank = _placed(np.lexsort((rank, turns[present])))
    chosen = np.zeros(len(labels), dtype=bool)
    pool = Pool(clusters=local, labels=labels[among], rank=rank)
    chosen[among] = hold_out(pool, share, stratified=times is None)
    return chosen


def _newest_first(
    times: Int[ndarray, " rows"], local: Int[ndarray, " rows"], keys: UInt[ndarray, " clusters"]
) -> Int[ndarray, " clusters"]:
    newest = np.full(len(keys), np.iinfo(np.int64).min)
    np.maximum.at(newest, local, times)
    return _placed(np.lexsort((keys, -newest)))


def _turns(clusters: Clusters, earlier: Earlier) -> Int[ndarray, " clusters"]:
    """0 for clusters that an earlier run sealed, 1 for those it does not know, 2 for those it learnt from."""
    turns = np.ones(len(clusters.keys), dtype=np.int64)
    turns[clusters.of[earlier.seen]] = 2
    turns[clusters.of[earlier.sealed]] = 0
    return turns


def _placed(order: Int[ndarray, " clusters"]) -> Int[ndarray, " clusters"]:
    """The place of each cluster in an order."""
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    return place


def reseeded(keys: UInt[ndarray, " clusters"], seed: int) -> UInt[ndarray, " clusters"]:
    """Other hashes for the same clusters, another set for each seed (splitmix64)."""
    mixed = keys ^ np.uint64((seed + 1) * _STEP & 0xFFFFFFFFFFFFFFFF)
    for shift, factor in ((30, _FIRST), (27, _SECOND)):
        mixed = (mixed ^ (mixed >> np.uint64(shift))) * factor
    return np.asarray(mixed ^ (mixed >> np.uint64(31)))
