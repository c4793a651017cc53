"""Reading a batch in parts of like length changes nothing but what is padded."""

from __future__ import annotations

import numpy as np
import torch

from headstart.models.batching import Batch, collate
from headstart.train.by_length import by_length
from headstart.train.row_batches import row_batches
from tests.train.test_row_batches import examples


def batch(lengths: list[int]) -> Batch:
    width = max(lengths)
    tokens = torch.zeros(len(lengths), width, dtype=torch.int64)
    mask = torch.arange(width) < torch.tensor(lengths)[:, None]
    tokens[mask] = torch.arange(int(mask.sum())) + 1
    states = tokens[:, :, None].float().repeat(1, 1, 2)
    return Batch(tokens=tokens, mask=mask, segments=torch.zeros_like(tokens), states=states)


def sums(some: Batch) -> torch.Tensor:
    return torch.stack([some.tokens.sum(dim=1), some.mask.sum(dim=1), some.states.sum(dim=(1, 2))], dim=1)


def test_every_text_gets_what_it_would_alone_in_the_order_of_the_batch():
    given = batch([3, 40, 5, 38, 4, 4, 20, 1])
    torch.testing.assert_close(by_length(given, sums), sums(given))


def test_short_texts_are_not_padded_to_long_ones():
    widths = list[tuple[int, int]]()

    def noted(some: Batch) -> torch.Tensor:
        widths.append((len(some.tokens), some.tokens.shape[1]))
        return sums(some)

    by_length(batch([40, 3, 39, 4, 41, 5]), noted)
    assert widths == [(3, 41), (3, 5)]


def test_texts_of_one_length_are_read_at_once():
    calls = list[int]()
    by_length(batch([7, 7, 8, 7]), lambda some: calls.append(1) or sums(some))
    assert calls == [1]


def test_rows_as_the_loop_gives_them_can_be_read():
    given = examples([2, 2, 3])
    chosen = row_batches(given, rows=3, most_tokens=99, rng=np.random.default_rng(0))[0]
    some = collate(given, chosen, pad=0)
    assert by_length(some, lambda part: part.mask.sum(dim=1)).tolist() == [3] * 7
