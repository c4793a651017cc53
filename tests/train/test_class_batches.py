"""Batches for pairs: every row stands in one, nobody stands alone, and memory grows with the rows."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest

from headstart.train.class_batches import class_batches


def drawn(counts, rows, seed=0):
    rng = np.random.default_rng(seed)
    targets = rng.permutation(np.repeat(np.arange(len(counts)), counts))
    return targets, class_batches(targets, rows=rows, rng=rng)


CASES = [
    ([8, 8], 32),
    ([64, 64], 32),
    ([8] * 77, 32),
    ([1000, 5], 16),
    ([5, 1, 1], 8),
    ([2, 2], 4),
    ([300, 300, 2, 1], 6),
    ([3] * 7, 64),
    ([2] * 200, 5),
    ([1, 1, 1], 4),
]


@pytest.mark.parametrize(("counts", "rows"), CASES)
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_every_row_is_there_among_rows_of_its_own_and_of_other_classes(counts, rows, seed):
    targets, batches = drawn(counts, rows, seed)
    assert set(np.concatenate(batches).tolist()) == set(range(len(targets)))
    for batch in batches:
        assert len(batch) <= rows
        assert len(set(targets[batch].tolist())) >= 2
        for label, count in zip(*np.unique(targets[batch], return_counts=True), strict=True):
            assert count >= min(2, counts[label])


@pytest.mark.parametrize("counts", [[64, 64], [8] * 77, [40, 30, 20]])
def test_few_rows_are_taken_twice(counts):
    targets, batches = drawn(counts, 32)
    assert sum(map(len, batches)) <= 1.1 * len(targets)


def test_one_class_alone_is_still_covered():
    _, batches = drawn([10], 4)
    assert set(np.concatenate(batches).tolist()) == set(range(10))
    assert class_batches(np.zeros(0, dtype=int), rows=4, rng=np.random.default_rng(0)) == []


def test_the_generator_decides_the_order_and_passes_differ():
    rng = np.random.default_rng(3)
    targets = np.arange(60) % 3
    passes = [np.concatenate(class_batches(targets, rows=12, rng=rng)).tolist() for _ in range(2)]
    again = np.concatenate(class_batches(targets, rows=12, rng=np.random.default_rng(3))).tolist()
    assert passes[0] == again
    assert passes[0] != passes[1]


@pytest.mark.parametrize("counts", [[50_000, 50_000], [90_000, 9_900, 100], [500] * 200])
def test_memory_grows_with_the_rows_and_not_with_their_pairs(counts):
    targets = np.repeat(np.arange(len(counts)), counts)
    tracemalloc.start()
    batches = class_batches(targets, rows=32, rng=np.random.default_rng(0))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(np.unique(np.concatenate(batches))) == 100_000
    assert peak < 1000 * len(targets)
