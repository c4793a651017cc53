"""The optimiser goes on where another one was."""

from __future__ import annotations

import copy

import pytest
import torch

from headstart.train.groups import Group
from headstart.train.optimiser import Optimiser


def optimiser(weights: torch.nn.Parameter, rate: float, weight_decay: float = 0.0) -> Optimiser:
    group = Group(name="some", parameters=(weights,), rate=rate)
    return Optimiser([group], weight_decay=weight_decay, clip=0.0)


def step(moved: Optimiser, weights: torch.nn.Parameter) -> torch.Tensor:
    """How far one step with a gradient of ones moves the weights."""
    before = weights.detach().clone()
    weights.grad = torch.ones_like(weights)
    moved.step(1.0)
    return weights.detach() - before


def test_a_restored_optimiser_keeps_its_moments_and_its_own_rate_and_decay():
    weights = torch.nn.Parameter(torch.full((2, 3), 5.0))
    first = optimiser(weights, rate=1e-2)
    step(first, weights)
    state = copy.deepcopy(first.state())
    usual = step(first, weights)
    doubled = optimiser(weights, rate=2e-2)
    doubled.restore(copy.deepcopy(state))
    assert step(doubled, weights) == pytest.approx(2.0 * usual, rel=1e-4)
    with torch.no_grad():
        weights.fill_(5.0)
    decaying = optimiser(weights, rate=1e-2, weight_decay=0.5)
    decaying.restore(copy.deepcopy(state))
    assert step(decaying, weights) == pytest.approx(usual - 1e-2 * 0.5 * 5.0, rel=1e-4)


@pytest.mark.parametrize("table", [False, True])
def test_a_retuned_optimiser_keeps_its_moments_and_takes_the_new_rate_and_decay(table):
    weights, other = (torch.nn.Parameter(torch.full((4, 3), 5.0)) for _ in range(2))

    def groups(rate: float) -> list[Group]:
        some = Group(name="some", parameters=(weights,), rate=rate, tables=table)
        return [some, Group(name="other", parameters=(other,), rate=1.0)]

    def moved() -> torch.Tensor:
        before = weights.detach().clone()
        weights.grad = torch.ones_like(weights)
        if table:
            weights.grad = weights.grad.to_sparse(1)
        found.step(1.0)
        return weights.detach() - before

    found = Optimiser(groups(1e-2), weight_decay=0.0, clip=0.0)
    moved()
    usual = moved()
    found.retune(groups(2e-2), weight_decay=0.0)
    assert moved() == pytest.approx(2.0 * usual, rel=1e-4)
    with torch.no_grad():
        weights.fill_(5.0)
    found.retune(groups(1e-2), weight_decay=0.5)
    assert moved() == pytest.approx(usual - 1e-2 * 0.5 * 5.0, rel=1e-4)
