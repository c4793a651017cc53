"""Batches of examples that meet at random."""

from __future__ import annotations

import numpy as np

from headstart.train.random_batches import random_batches


def batches(lengths, rows, seed=0):
    return random_batches(np.asarray(lengths), rows=rows, rng=np.random.default_rng(seed))


def test_every_example_stands_in_one_batch():
    lengths = np.random.default_rng(1).integers(1, 90, size=101)
    found = batches(lengths, rows=8)
    assert sorted(np.concatenate(found).tolist()) == list(range(101))
    assert len(found) == 13


def test_batches_are_of_nearly_as_many_tokens():
    lengths = np.random.default_rng(1).integers(1, 90, size=1000)
    sizes = [int(lengths[each].sum()) for each in batches(lengths, rows=50)]
    assert len(sizes) == 20
    assert max(sizes) - min(sizes) < 2 * 90


def test_long_and_short_examples_meet():
    lengths = np.repeat([2, 60], 200)
    for each in batches(lengths, rows=40):
        assert {2, 60} == set(lengths[each].tolist())


def test_the_order_follows_the_generator_alone():
    lengths = np.arange(1, 40)
    first, again, other = (
        [each.tolist() for each in batches(lengths, rows=4, seed=seed)] for seed in (3, 3, 4)
    )
    assert first == again
    assert first != other


def test_an_example_longer_than_a_batch_leaves_no_empty_one():
    found = batches([1000, 1, 1, 1], rows=1)
    assert all(len(each) for each in found)
    assert sorted(np.concatenate(found).tolist()) == [0, 1, 2, 3]


def test_nothing_makes_no_batch():
    assert batches([], rows=4) == []
