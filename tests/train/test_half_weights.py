"""Weights stand in for themselves in bfloat16 while a step is computed, and at no other time."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from headstart.train.half_weights import HalfWeights


@pytest.fixture
def layer() -> nn.Linear:
    torch.manual_seed(0)
    return nn.Linear(6, 4)


def inputs() -> torch.Tensor:
    return torch.randn(5, 6, generator=torch.Generator().manual_seed(1))


def passed(layer: nn.Linear, halves: HalfWeights, values: torch.Tensor) -> torch.Tensor:
    with halves.in_place():
        outputs = layer(values.to(layer.weight.dtype))
        outputs.float().square().sum().backward()
    return outputs


def test_products_are_taken_in_bfloat16_and_the_weights_come_back_as_they_were(layer):
    before = {name: each.detach().clone() for name, each in layer.named_parameters()}
    assert passed(layer, HalfWeights(list(layer.parameters())), inputs()).dtype == torch.bfloat16
    for name, each in layer.named_parameters():
        assert each.dtype == torch.float32
        assert torch.equal(each, before[name])


def test_gradients_are_those_of_float32_but_for_rounding(layer):
    layer(inputs()).square().sum().backward()
    exact = {name: each.grad.clone() for name, each in layer.named_parameters()}
    layer.zero_grad()
    passed(layer, HalfWeights(list(layer.parameters())), inputs())
    for name, each in layer.named_parameters():
        assert each.grad.dtype == torch.float32
        torch.testing.assert_close(each.grad, exact[name], atol=0.1, rtol=0.03)


def test_the_parts_of_a_step_add_up(layer):
    halves = HalfWeights(list(layer.parameters()))
    passed(layer, halves, inputs())
    whole = {name: each.grad.clone() for name, each in layer.named_parameters()}
    layer.zero_grad()
    for part in inputs().split(2):
        passed(layer, halves, part)
    for name, each in layer.named_parameters():
        torch.testing.assert_close(each.grad, whole[name], atol=0.1, rtol=0.03)


def test_it_follows_what_learns_and_only_that(layer):
    halves = HalfWeights(list(layer.parameters()))
    layer.bias.requires_grad_(False)
    with torch.no_grad():
        layer.weight.fill_(2.0)
        layer.bias.fill_(2.0)
    halves.follow()
    with halves.in_place():
        assert bool((layer.weight == 2.0).all())
        assert not bool((layer.bias == 2.0).any())


def test_a_weight_that_got_no_gradient_has_none(layer):
    halves = HalfWeights(list(layer.parameters()))
    with halves.in_place():
        layer.weight.float().sum().backward()
    assert layer.weight.grad is not None
    assert layer.bias.grad is None


def test_a_fault_leaves_the_weights_in_float32(layer):
    halves = HalfWeights(list(layer.parameters()))
    with pytest.raises(RuntimeError, match="broken"), halves.in_place():
        raise RuntimeError("broken")
    assert layer.weight.dtype == torch.float32


def test_sparse_gradients_stay_sparse():
    table = nn.Embedding(10, 3, sparse=True)
    halves = HalfWeights([table.weight])
    for _ in range(2):
        with halves.in_place():
            table(torch.tensor([1, 4])).float().sum().backward()
    assert table.weight.grad.is_sparse
    dense = table.weight.grad.to_dense()
    assert dense.dtype == torch.float32
    assert dense.sum(dim=1).tolist() == [0.0, 6.0, 0.0, 0.0, 6.0, 0.0, 0.0, 0.0, 0.0, 0.0]
