"""Folds of rows for cross-validation."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from headstart.train.folds import stratified_folds

if TYPE_CHECKING:
    from jaxtyping import Int
    from numpy import ndarray

    from headstart.core.rows import Rows


def folds(rows: Rows, k: int, seed: int) -> list[tuple[Int[ndarray, " train"], Int[ndarray, " dev"]]]:
    """Positions of train and dev rows for each of `k` folds: stratified by target, clusters whole.

    Args:
        rows: rows with a target.
        k: number of folds, at least 2.
        seed: decides which rows go together.
    """
    targets = np.unique(np.asarray(rows.targets, dtype=object), return_inverse=True)[1]
    fold = stratified_folds(targets, rows.groups, folds=k, seed=seed)
    return [(np.flatnonzero(fold != each), np.flatnonzero(fold == each)) for each in range(k)]
