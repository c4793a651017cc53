"""In how many parts a race judges the rows."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from headstart.core.portion import Portion
from headstart.core.split import Split
from headstart.flow.adapting.folds import after_dev, folds_of
from headstart.flow.adapting.portioned import portioned
from tests.contracts.small_data import small_rows, small_task

EVERY = small_rows(240)


def split(*sizes: int, dev: int = 30) -> Split:
    """Dev rows of one group, and training rows of groups of these sizes; each a row of its own without."""
    groups = np.arange(len(EVERY))
    if sizes:
        groups = np.concatenate([np.zeros(dev, int), np.repeat(np.arange(1, 1 + len(sizes)), sizes)])
    rows = replace(EVERY.take(range(len(groups))), groups=groups)
    return Split(task=small_task(), train=rows.take(range(dev, len(rows))), dev=rows.take(range(dev)))


@pytest.mark.parametrize(
    ("parted", "folds"),
    [
        (split(), 5),
        (split(dev=80), 3),
        (split(dev=120), 2),
        (split(100, 60, 20, 20, 10), 5),
        (split(100, 60, 50), 4),
        (split(180, 30), 3),
        # What is learnt from 30 rows says little of what all others would give.
        (split(210), 1),
        (split(120, dev=120), 2),
        (replace(split(), dev=EVERY.take([])), 1),
    ],
)
def test_there_are_as_many_folds_as_dev_rows_and_groups_allow(parted: Split, folds: int):
    assert folds_of(parted) == folds


@pytest.mark.parametrize("sizes", [(150, 60), (100, 60, 50), (100, 60, 20, 20, 10), (70, 70, 70)])
def test_every_fold_has_rows_to_learn_from_and_rows_that_judge(sizes: tuple[int, ...]):
    parted = split(*sizes)
    folds = folds_of(parted)
    for portion in (Portion(folds=folds), *after_dev(parted, folds)):
        fitted, judging = portioned(parted.train, parted.dev, portion=portion, task=parted.task, seed=0)
        assert len(fitted) > 0
        assert len(judging) > 0
        assert not set(fitted.groups.tolist()) & set(judging.groups.tolist())
