"""Attention pooling is a weighted mean over real tokens alone."""

from __future__ import annotations

import torch

from headstart.models.attention_pool import AttentionPool
from headstart.models.pooling import pool


def states_and_mask():
    generator = torch.Generator().manual_seed(0)
    lengths = torch.tensor([5, 2, 0])
    return torch.randn(3, 5, 4, generator=generator), torch.arange(5) < lengths[:, None]


def test_a_query_of_zeros_is_mean_pooling():
    states, mask = states_and_mask()
    torch.testing.assert_close(AttentionPool(4)(states, mask), pool(states, mask, "mean"))


def test_weights_are_the_softmax_of_the_products():
    states, mask = states_and_mask()
    attention = AttentionPool(4)
    attention.query.data = torch.tensor([1.0, -2.0, 0.5, 0.0])
    shares = torch.softmax(states[1, :2] @ attention.query, dim=0)
    torch.testing.assert_close(attention(states, mask)[1], shares @ states[1, :2])


def test_padding_and_empty_texts_count_for_nothing():
    states, mask = states_and_mask()
    attention = AttentionPool(4)
    attention.query.data = torch.ones(4)
    before = attention(states, mask)
    states[~mask] = 1e6
    torch.testing.assert_close(attention(states, mask), before)
    assert not before[2].any()
