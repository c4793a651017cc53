"""Which dev rows are read while a network trains, and how often."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from jaxtyping import Int
    from numpy import ndarray

# A row that is read costs a third of one that is learnt from, so that this share of the training rows
# costs 3 % of an epoch.
SHARE = 0.09
# Fewer tell nothing, and cost a fraction of a second.
LEAST = 64


def sample_rows(dev_rows: int, train_rows: int) -> int:
    """Dev rows that may be read after every epoch without being felt."""
    return min(dev_rows, max(LEAST, round(SHARE * train_rows)))


def dev_sample(dev_rows: int, train_rows: int, *, seed: int) -> Int[ndarray, " sample"]:
    """Positions of the dev rows that are read after every epoch, the same ones each time, in order."""
    rows = sample_rows(dev_rows, train_rows)
    return np.sort(np.random.default_rng([seed, dev_rows]).permutation(dev_rows)[:rows])


def rows_read(dev_rows: float, train_rows: int, *, epochs: int, patient: bool) -> float:
    """Dev rows that a training reads, each counted as often as it is read.

    All of them before the first epoch and after the last; in between a sample, or all of them where
    they decide when to stop.
    """
    if patient or epochs == 0:
        return (epochs + 1) * dev_rows
    return 2 * dev_rows + (epochs - 1) * sample_rows(int(dev_rows), train_rows)
