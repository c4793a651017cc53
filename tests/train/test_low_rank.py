"""The quicker way through an adapter gives what peft's own gives, forwards and backwards."""

from __future__ import annotations

import pytest
import torch
from peft import LoraConfig, inject_adapter_in_model
from peft.tuners.lora import Linear
from torch import nn
from transformers.pytorch_utils import Conv1D

from headstart.train.low_rank import DecomposedLinear, LowRankLinear, quicken


def layer(kind: str, **settings) -> Linear:
    torch.manual_seed(0)
    linear = Conv1D(6, 5) if kind == "conv1d" else nn.Linear(5, 6, bias=kind == "bias")
    config = LoraConfig(r=2, lora_alpha=6, target_modules=["0"], fan_in_fan_out=kind == "conv1d", **settings)
    [made] = inject_adapter_in_model(config, nn.Sequential(linear))
    made.lora_B["default"].weight.data.normal_()
    for each in made.lora_magnitude_vector.parameters():
        each.data.add_(0.3)
    return made


def passed(made: Linear, states: torch.Tensor) -> list[torch.Tensor]:
    states = states.clone().requires_grad_()
    after = made(states)
    (after * torch.arange(after.numel()).view_as(after)).sum().backward()
    return [after.detach(), states.grad, *(each.grad for each in made.parameters() if each.grad is not None)]


@pytest.mark.parametrize("kind", ["bias", "no bias", "conv1d"])
@pytest.mark.parametrize("shape", [(3, 5), (2, 4, 5), (1, 1, 5)])
@pytest.mark.parametrize("use_dora", [False, True])
def test_outputs_and_gradients_are_those_of_peft(kind, shape, use_dora):
    plain, quick = (layer(kind, use_dora=use_dora) for _ in range(2))
    states = torch.randn(shape)
    quicken(quick)
    assert type(quick) is (DecomposedLinear if use_dora else LowRankLinear)
    expected, found = passed(plain, states), passed(quick, states)
    assert len(found) == len(expected) == 4 + use_dora
    for one, two in zip(found, expected, strict=True):
        torch.testing.assert_close(one, two, atol=1e-4, rtol=1e-4)


@pytest.mark.parametrize("use_dora", [False, True])
def test_in_bfloat16_it_differs_by_rounding_alone(use_dora):
    plain, quick = (layer("bias", use_dora=use_dora) for _ in range(2))
    states = torch.randn(2, 4, 5).bfloat16()
    quicken(quick.bfloat16())
    found, expected = passed(quick, states), passed(plain, states.float().detach())
    for one, two in zip(found, expected, strict=True):
        assert one.dtype == torch.bfloat16
        torch.testing.assert_close(one.float(), two, atol=1.0, rtol=5e-2)


@pytest.mark.parametrize("use_dora", [False, True])
def test_what_was_merged_is_not_added_twice(use_dora):
    plain, quick = (layer("bias", use_dora=use_dora) for _ in range(2))
    states = torch.randn(3, 5)
    quicken(quick)
    quick.merge()
    torch.testing.assert_close(quick(states), plain(states), atol=1e-5, rtol=1e-5)


def test_dropout_takes_the_way_of_peft():
    made = layer("bias", lora_dropout=0.5)
    quicken(made)
    assert type(made) is Linear
