"""Batches of whole rows."""

from __future__ import annotations

import numpy as np

from headstart.core.examples import Examples
from headstart.train.row_batches import row_batches


def examples(texts_of_rows: list[int], tokens: int = 3) -> Examples:
    owners = np.repeat(np.arange(len(texts_of_rows)), texts_of_rows)
    return Examples(
        tokens=np.zeros(tokens * len(owners), dtype=np.int64),
        offsets=tokens * np.arange(len(owners) + 1),
        owners=owners,
        together=True,
    )


def test_every_row_stands_whole_in_one_batch():
    given = examples([2, 3, 2, 5, 2, 2, 4])
    batches = row_batches(given, rows=3, most_tokens=10_000, rng=np.random.default_rng(0))
    assert sorted(np.concatenate(batches).tolist()) == list(range(len(given)))
    sides = [set(given.owners[each]) for each in batches]
    assert sum(map(len, sides)) == 7
    assert max(map(len, sides)) <= 3


def test_batches_are_of_nearly_one_size():
    batches = row_batches(examples([2] * 33), rows=32, most_tokens=10_000, rng=np.random.default_rng(0))
    assert sorted(len(each) for each in batches) == [32, 34]


def test_a_batch_of_too_many_tokens_is_halved_but_not_to_single_rows():
    given = examples([2] * 16, tokens=10)
    batches = row_batches(given, rows=16, most_tokens=80, rng=np.random.default_rng(0))
    assert [len(each) for each in batches] == [8] * 4
    least = row_batches(given, rows=16, most_tokens=1, rng=np.random.default_rng(0))
    assert min(len(each) for each in least) == 4


def test_the_generator_decides_and_nothing_is_no_batch():
    given = examples([2] * 20)
    one, same, other = (
        np.concatenate(row_batches(given, rows=4, most_tokens=99, rng=np.random.default_rng(seed))).tolist()
        for seed in (0, 0, 1)
    )
    assert one == same != other
    assert row_batches(examples([]), rows=4, most_tokens=99, rng=np.random.default_rng(0)) == []
