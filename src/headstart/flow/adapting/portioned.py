"""The rows that a portion names."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from headstart.data.hold_out import Pool, hold_out
from headstart.train.folds import stratified_folds

if TYPE_CHECKING:
    from jaxtyping import Int
    from numpy import ndarray

    from headstart.core.portion import Portion
    from headstart.core.rows import Rows
    from headstart.core.task import Task


def portioned(train: Rows, dev: Rows, *, portion: Portion, task: Task, seed: int) -> tuple[Rows, Rows]:
    """Rows to fit on and rows that judge; the same portion gives the same rows in every process.

    Args:
        train: training rows.
        dev: dev rows, which are fold 0 of the first way of parting.
        portion: which of them.
        task: tells what folds are kept even by.
        seed: decides how the rows are parted.
    """
    every = train + dev
    judging = fold_of_each(train, dev, portion=portion, task=task, seed=seed) == portion.fold
    fitted = every.take(~judging)
    if not portion.whole:
        fitted = _some(fitted, portion.share, task, seed=seed)
    return fitted, every.take(judging)


def fold_of_each(train: Rows, dev: Rows, *, portion: Portion, task: Task, seed: int) -> Int[ndarray, " rows"]:
    """The fold of each training row and then of each dev row; clusters stay whole, classes even."""
    if portion.repeat:
        every = train + dev
        return stratified_folds(
            task.strata(every), every.groups, folds=portion.folds, seed=seed + portion.repeat
        )
    fold = np.zeros(len(train) + len(dev), dtype=np.int64)
    others = portion.folds - 1
    if others == 0:
        fold[: len(train)] = -1
    elif others == 1:
        fold[: len(train)] = 1
    else:
        fold[: len(train)] = 1 + stratified_folds(task.strata(train), train.groups, folds=others, seed=seed)
    return fold


def _some(rows: Rows, share: float, task: Task, *, seed: int) -> Rows:
    """A share of the rows in whole clusters; smaller shares lie within larger ones."""
    _, clusters = np.unique(rows.groups, return_inverse=True)
    rank = np.random.default_rng(seed).permutation(int(clusters.max()) + 1)
    pool = Pool(clusters=clusters, labels=task.strata(rows), rank=rank)
    return rows.take(~hold_out(pool, 1.0 - share, stratified=True))
