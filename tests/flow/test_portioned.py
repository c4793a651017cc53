"""The rows of a portion."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from headstart.core.portion import Portion
from headstart.flow.adapting.portioned import portioned
from tests.contracts.small_data import small_rows, small_task

EVERY = small_rows(120)
TRAIN, DEV = EVERY.take(range(96)), EVERY.take(range(96, 120))
TASK = small_task()


def parts(**portion: float) -> tuple[set[int], set[int]]:
    fitted, judging = portioned(TRAIN, DEV, portion=Portion(**portion), task=TASK, seed=3)
    return set(fitted.numbers.tolist()), set(judging.numbers.tolist())


def test_without_folds_it_is_the_split_itself():
    assert parts() == (set(TRAIN.numbers.tolist()), set(DEV.numbers.tolist()))
    assert parts(folds=5) == (set(TRAIN.numbers.tolist()), set(DEV.numbers.tolist()))


@pytest.mark.parametrize("repeat", [0, 1, 2])
def test_every_row_is_judged_once_by_a_fit_that_has_not_seen_it(repeat: int):
    folds = [parts(fold=each, folds=5, repeat=repeat) for each in range(5)]
    for fitted, judging in folds:
        assert not fitted & judging
        assert len(fitted | judging) == len(EVERY)
        assert 20 <= len(judging) <= 28
    assert sorted(number for _, judging in folds for number in judging) == sorted(EVERY.numbers.tolist())


def test_repeats_part_the_rows_in_other_ways():
    first, second = (parts(fold=1, folds=5, repeat=each)[1] for each in (1, 2))
    assert first != second


def test_shares_lie_within_one_another_and_keep_every_class():
    small, large = (parts(folds=5, share=each)[0] for each in (0.25, 0.5))
    assert small < large < set(TRAIN.numbers.tolist())
    assert len(small) == 24
    assert len(large) == 48
    labels = dict(zip(EVERY.numbers.tolist(), EVERY.targets, strict=True))
    assert {labels[each] for each in small} == set(TASK.classes)


def test_clusters_stay_whole():
    groups = np.arange(120) // 3
    train, dev = (replace(each, groups=groups[each.numbers - 1]) for each in (TRAIN, DEV))
    for fold in range(5):
        fitted, judging = portioned(
            train, dev, portion=Portion(fold=fold, folds=5, share=0.5), task=TASK, seed=0
        )
        assert not set(fitted.groups) & set(judging.groups)
        left_out = set(train.groups) | set(dev.groups)
        left_out -= set(fitted.groups) | set(judging.groups)
        everything = np.concatenate([train.groups, dev.groups])
        assert len(fitted) + len(judging) + int(np.isin(everything, list(left_out)).sum()) == 120
