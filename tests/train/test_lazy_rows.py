"""Rows of a table move as in a dense optimiser whenever they are touched, and stand still otherwise."""

from __future__ import annotations

import copy

import pytest
import torch
from torch import nn

from headstart.train.groups import Group
from headstart.train.lazy_rows import LazyRows, large_tables
from headstart.train.optimiser import BETAS, EPS, Optimiser

RATE, DECAY = 0.01, 0.1


def table(rows: int = 12, width: int = 4) -> nn.Embedding:
    torch.manual_seed(0)
    return nn.Embedding(rows, width, sparse=True)


def dense_twin(sparse: nn.Embedding) -> tuple[nn.Embedding, torch.optim.AdamW]:
    twin = copy.deepcopy(sparse)
    twin.sparse = False
    return twin, torch.optim.AdamW(twin.parameters(), lr=RATE, betas=BETAS, eps=EPS, weight_decay=DECAY)


def learn(module: nn.Embedding, index: torch.Tensor, seed: int) -> None:
    generator = torch.Generator().manual_seed(seed)
    wanted = torch.randn(len(index), module.embedding_dim, generator=generator)
    (module(index) * wanted).sum().backward()


def steps(touched: list[list[int]]) -> tuple[nn.Embedding, nn.Embedding, LazyRows, torch.optim.AdamW]:
    sparse = table()
    twin, adam = dense_twin(sparse)
    lazy = LazyRows([sparse.weight], betas=BETAS, eps=EPS)
    for number, rows in enumerate(touched):
        index = torch.tensor(rows)
        learn(sparse, index, number)
        learn(twin, index, number)
        assert sparse.weight.grad.is_sparse
        lazy.step(rate=RATE, weight_decay=DECAY, scale=1.0)
        adam.step()
        adam.zero_grad()
    return sparse, twin, lazy, adam


def test_rows_touched_in_every_step_move_as_in_a_dense_optimiser():
    sparse, twin, *_ = steps([[0, 1, 2, 2], [2, 1, 0], [0, 0, 1, 2], [0, 1, 2]] * 5)
    torch.testing.assert_close(sparse.weight[:3], twin.weight[:3], atol=1e-6, rtol=1e-5)


def test_a_row_touched_for_the_first_time_late_moves_as_in_a_dense_optimiser():
    sparse, twin, *_ = steps([[0], [0], [0, 1], [0], [5, 0]])
    torch.testing.assert_close(sparse.weight[5], twin.weight[5], atol=1e-6, rtol=1e-5)


def test_after_a_gap_the_moments_are_those_of_a_dense_optimiser():
    _, twin, lazy, adam = steps([[3, 0], [3], [0], [0], [0], [3]])
    expected, mine = adam.state[twin.weight], lazy.state()["tables"][0]
    torch.testing.assert_close(mine["mean"][3], expected["exp_avg"][3], atol=1e-7, rtol=1e-5)
    torch.testing.assert_close(mine["square"][3], expected["exp_avg_sq"][3], atol=1e-7, rtol=1e-5)


def test_untouched_rows_stand_still():
    before = table().weight.detach().clone()
    sparse, *_ = steps([[0, 1], [2]])
    torch.testing.assert_close(sparse.weight[3:], before[3:], atol=0, rtol=0)
    assert not torch.equal(sparse.weight[:3], before[:3])


def test_it_goes_on_where_it_stopped():
    touched = [[0, 1], [2], [1, 1, 4], [0], [2, 3]]
    sparse, *_ = steps(touched)
    first, _, lazy, _ = steps(touched[:3])
    later = LazyRows([first.weight], betas=BETAS, eps=EPS)
    later.restore(copy.deepcopy(lazy.state()))
    for number, rows in enumerate(touched[3:], start=3):
        learn(first, torch.tensor(rows), number)
        later.step(rate=RATE, weight_decay=DECAY, scale=1.0)
    torch.testing.assert_close(first.weight, sparse.weight)


@pytest.mark.parametrize("clip", [0.0, 0.5])
def test_the_optimiser_treats_tables_and_the_rest_alike(clip):
    sparse, linear = table(), nn.Linear(4, 2)
    twin, other = copy.deepcopy(sparse), copy.deepcopy(linear)
    twin.sparse = False
    groups = [
        Group(name="head", parameters=tuple(linear.parameters()), rate=0.02),
        Group(name="tables", parameters=(sparse.weight,), rate=0.01, tables=True),
    ]
    plain = [
        Group(name="head", parameters=tuple(other.parameters()), rate=0.02),
        Group(name="tables", parameters=(twin.weight,), rate=0.01),
    ]
    lazy, dense = (Optimiser(each, weight_decay=DECAY, clip=clip) for each in (groups, plain))
    index = torch.arange(12)
    for number in range(4):
        for words, layer in ((sparse, linear), (twin, other)):
            (layer(words(index)) ** 2).sum().backward()
        for each in (lazy, dense):
            each.step(1.0 / (1 + number), weight=3.0)
    torch.testing.assert_close(sparse.weight, twin.weight, atol=1e-6, rtol=1e-5)
    torch.testing.assert_close(linear.weight, other.weight, atol=1e-6, rtol=1e-5)


def test_only_large_tables_are_worth_it():
    modules = nn.ModuleList([nn.Embedding(30_000, 2), nn.Embedding(512, 2), nn.Linear(2, 2)])
    assert large_tables([modules, modules[0]]) == [modules[0]]
