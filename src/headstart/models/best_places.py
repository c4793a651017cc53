"""The highest scores of each row, and where they stand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from headstart.core.predictions import NOTHING

if TYPE_CHECKING:
    from collections.abc import Callable

    from jaxtyping import Float, Int
    from numpy import ndarray

DEPTH = 100
# Scores held at once.
MOST_NUMBERS = 2e7


def best_places(
    scores_of: Callable[[slice], Float[ndarray, "some places"]],
    rows: int,
    places: int,
    *,
    least: float = -np.inf,
) -> tuple[Int[ndarray, "rows depth"], Float[ndarray, "rows depth"]]:
    """Places of the hundred highest scores of each row, the highest first, equal ones in their order.

    Args:
        scores_of: the scores of some rows.
        rows: number of rows.
        places: number of places.
        least: scores up to this are left out; `NOTHING` stands where there are no more, with a score of 0.
    """
    depth = min(DEPTH, places)
    ranked, scores = np.full((rows, depth), NOTHING, dtype=np.int64), np.zeros((rows, depth))
    at_once = max(1, int(MOST_NUMBERS / max(1, places)))
    for start in range(0, rows, at_once):
        some = slice(start, min(start + at_once, rows))
        for row, line in enumerate(scores_of(some), start):
            order = _highest(line, depth)
            order = order[line[order] > least]
            ranked[row, : len(order)], scores[row, : len(order)] = order, line[order]
    return ranked, scores


def _highest(line: Float[ndarray, " places"], depth: int) -> Int[ndarray, " depth"]:
    """Those that are tied with the last one come in the order of their places."""
    if depth < len(line):
        bound = np.partition(line, len(line) - depth)[len(line) - depth]
        among = np.flatnonzero(line >= bound)
    else:
        among = np.arange(len(line))
    return np.asarray(among[np.argsort(-line[among], kind="stable")][:depth])
