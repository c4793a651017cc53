"""The folds of a race: in how many parts the rows may be judged, and in which order they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from headstart.core.portion import Portion

if TYPE_CHECKING:
    from headstart.core.split import Split

MOST_FOLDS = 5
# Below so many rows, one way of parting them says little, and another one is tried.
FEW_ROWS, REPEATS = 400, 1


def folds_of(split: Split) -> int:
    """In how many parts the rows may be judged: as many as dev rows fit into all of them.

    Each of those beside the dev rows takes a cluster of the training rows at least, as clusters stay whole.
    Where dev rows are few and all others are of one cluster, nothing could be learnt outside of it, and the
    dev rows alone judge.
    """
    if not len(split.dev):
        return 1
    folds = min(MOST_FOLDS, max(2, round((len(split.train) + len(split.dev)) / len(split.dev))))
    clusters = len(np.unique(split.train.groups))
    if clusters >= folds - 1:
        return folds
    return 1 + clusters if clusters > 1 else 1


def after_dev(split: Split, folds: int) -> list[Portion]:
    """The portions that finalists are judged on after the dev rows, in order."""
    portions = [Portion(fold=each, folds=folds) for each in range(1, folds)]
    if folds == 1 or len(split.train) + len(split.dev) >= FEW_ROWS:
        return portions
    again = range(1, REPEATS + 1)
    return portions + [
        Portion(fold=each, folds=folds, repeat=repeat) for repeat in again for each in range(folds)
    ]
