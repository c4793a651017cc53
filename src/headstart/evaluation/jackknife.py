"""How much a metric rests on each cluster of test rows, from leaving each out in turn."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jaxtyping import Float, Int
    from numpy import ndarray

    from headstart.core.metric import Metric

MOST_BLOCKS, LEAST_BLOCKS = 500, 200
# Where blocks are left out one by one, each costs a pass over all rows; this many rows are read at most,
# about ten seconds.
ROWS_READ = 40_000_000
READING_S = 2.5e-7


def blocks_of(groups: Int[ndarray, " rows"], *, models: int, seed: int) -> Int[ndarray, " rows"]:
    """The block of each row, from 0: its cluster, or several clusters together when they are many.

    Args:
        groups: cluster of each row.
        models: how many models are measured; more of them leave room for fewer blocks.
        seed: decides which clusters share a block.
    """
    clusters, cluster = np.unique(groups, return_inverse=True)
    affordable = ROWS_READ // max(1, len(groups) * models)
    most = int(np.clip(affordable, LEAST_BLOCKS, MOST_BLOCKS))
    if len(clusters) <= most:
        return cluster
    dealt = np.arange(len(clusters)) % most
    return np.random.default_rng(seed).permutation(dealt)[cluster]


def reading_s(rows: int, *, models: int) -> float:
    """Seconds that the influences of so many models over so many rows take at most."""
    blocks = np.clip(ROWS_READ // max(1, rows * models), LEAST_BLOCKS, MOST_BLOCKS)
    return float(READING_S * rows * models * min(rows, int(blocks)))


def influences(
    metric: Metric, stats: Sequence[Float[ndarray, "rows stats"]], blocks: Int[ndarray, " rows"]
) -> Float[ndarray, "blocks models"]:
    """The influence of each block on the metric of each model; they sum to nought.

    These are Tukey's pseudo-values less their mean (Efron and Tibshirani 1993, section 11.5), with
    clusters in the place of rows.

    Args:
        metric: what is measured.
        stats: its statistics of each model, over the same rows.
        blocks: block of each row, from 0.
    """
    at_once: Any = getattr(metric, "without", None)
    if at_once is None:
        left_out = _one_by_one(metric, stats, blocks)
    else:
        left_out = np.column_stack([at_once(each, blocks) for each in stats])
    return np.asarray((len(left_out) - 1) * (left_out.mean(axis=0) - left_out))


def _one_by_one(
    metric: Metric, stats: Sequence[Float[ndarray, "rows stats"]], blocks: Int[ndarray, " rows"]
) -> Float[ndarray, "blocks models"]:
    """The metric of each model without each block."""
    order = np.argsort(blocks, kind="stable")
    edges = np.searchsorted(blocks[order], np.arange(blocks.max() + 2))
    count = len(edges) - 1
    left_out = np.empty((count, len(stats)))
    # Sorted by block, a resample is what lies before and after it: two slices instead of a gather.
    for model, rows in enumerate(each[order] for each in stats):
        known: dict[bytes, float] = {}
        for block in range(count):
            first, after = edges[block], edges[block + 1]
            content = _content(rows[first:after])
            # A metric does not depend on the order of rows: blocks of one content are left out alike.
            if content not in known:
                known[content] = metric.value(np.concatenate([rows[:first], rows[after:]]))
            left_out[block, model] = known[content]
    return left_out


def _content(rows: Float[ndarray, "rows stats"]) -> bytes:
    return rows[np.lexsort(rows.T)].tobytes() if len(rows) > 1 else rows.tobytes()
