"""Batches hold every example once, within their budget."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from headstart.core.examples import Examples
from headstart.models.batching import collate, token_batches

LENGTHS = st.lists(st.integers(0, 50), max_size=200)


@given(
    lengths=LENGTHS,
    budget=st.integers(1, 300),
    seed=st.none() | st.integers(0, 5),
    rows=st.none() | st.integers(1, 9),
    enough=st.none() | st.integers(1, 100),
)
def test_every_example_stands_in_one_batch_within_the_budget(
    lengths: list[int], budget: int, seed: int | None, rows: int | None, enough: int | None
) -> None:
    rng = None if seed is None else np.random.default_rng(seed)
    sizes = np.asarray(lengths, dtype=np.int64)
    batches = token_batches(sizes, budget=budget, rng=rng, max_rows=rows, enough=enough)
    assert sorted(int(each) for batch in batches for each in batch) == list(range(len(lengths)))
    for batch in batches:
        padded = len(batch) * max(lengths[each] for each in batch)
        assert padded <= budget or len(batch) == 1
        assert rows is None or len(batch) <= rows


def test_without_shuffling_the_longest_come_first() -> None:
    batches = token_batches(np.asarray([3, 9, 1, 7]), budget=9)
    assert [batch.tolist() for batch in batches] == [[1], [3], [0, 2]]


def test_a_batch_with_enough_in_it_takes_in_no_much_shorter_examples() -> None:
    lengths = np.array([100, 98, 90, 60, 58, 50, 20, 20, 20, 20])
    every = token_batches(lengths, budget=1000, enough=200)
    assert [lengths[batch].tolist() for batch in every] == [[100, 98, 90], [60, 58, 50, 20], [20, 20, 20]]
    assert len(token_batches(lengths, budget=1000)) == 1
    # Few texts of many lengths would be half padding otherwise.
    few = np.random.default_rng(0).lognormal(3.5, 0.5, size=64).astype(np.int64) + 3
    padded = {
        enough: sum(len(batch) * few[batch].max() for batch in token_batches(few, budget=4096, enough=enough))
        for enough in (None, 768)
    }
    assert padded[768] < 1.3 * few.sum()
    assert padded[768] < 0.75 * padded[None]


def test_training_batches_are_seeded_shuffled_and_little_padded() -> None:
    lengths = np.random.default_rng(0).integers(3, 60, size=2000)

    def batches(seed: int) -> list[list[int]]:
        drawn = token_batches(lengths, budget=512, rng=np.random.default_rng(seed))
        return [batch.tolist() for batch in drawn]

    assert batches(1) == batches(1) != batches(2)
    longest = [max(lengths[batch]) for batch in batches(1)]
    assert longest != sorted(longest, reverse=True)
    padded = sum(len(batch) * max(lengths[batch]) for batch in batches(1))
    assert lengths.sum() / padded > 0.85
    together = [set(batch) for batch in batches(1)]
    assert not any(set(batch) in together for batch in batches(2) if len(batch) > 1)


def test_a_batch_is_padded_on_the_right() -> None:
    examples = Examples(
        tokens=np.asarray([5, 6, 7, 8, 9, 4], dtype=np.int32),
        offsets=np.asarray([0, 3, 5, 6]),
        owners=np.arange(3),
        segments=np.asarray([0, 0, 1, 0, 1, 0], dtype=np.int8),
        targets=np.asarray([2, 1, 0], dtype=np.int32),
    )
    batch = collate(examples, np.asarray([2, 0]), pad=99)
    assert batch.tokens.tolist() == [[4, 99, 99], [5, 6, 7]]
    assert batch.mask.tolist() == [[True, False, False], [True, True, True]]
    assert batch.segments is not None
    assert batch.segments.tolist() == [[0, 0, 0], [0, 0, 1]]
    assert batch.targets is not None
    assert batch.targets.tolist() == [0, 2]
    assert str(batch.to("cpu").tokens.dtype) == str(batch.targets.dtype) == "torch.int64"


@pytest.mark.parametrize("chosen", [[], [1]])
def test_no_examples_and_an_example_without_tokens(chosen: list[int]) -> None:
    examples = Examples(tokens=np.asarray([3]), offsets=np.asarray([0, 1, 1]), owners=np.arange(2))
    batch = collate(examples, np.asarray(chosen, dtype=np.int64), pad=0)
    assert batch.tokens.shape == (len(chosen), 1)
    assert not batch.mask.any()
    assert batch.targets is None
