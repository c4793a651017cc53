"""The mean of several adapters is an adapter, exactly."""

from __future__ import annotations

import math
from typing import Any

import pytest
import torch

from headstart.models.adapter import Adapter
from headstart.models.mean_adapter import mean_adapter

WIDE, HIGH = 5, 7
NAME = "base_model.model.layer"


def adapter(seed: int, *, rank: int = 2, **config: Any) -> Adapter:
    generator = torch.Generator().manual_seed(seed)
    told = {"peft_type": "LORA", "r": rank, "lora_alpha": 3 * rank, "target_modules": ["layer"], **config}
    tensors = {
        f"{NAME}.lora_A.weight": torch.randn(rank, WIDE, generator=generator),
        f"{NAME}.lora_B.weight": torch.randn(HIGH, rank, generator=generator),
    }
    return Adapter(config=told, tensors=tensors)


def change(each: Adapter) -> torch.Tensor:
    """What it adds to the weight."""
    rank = each.config["r"]
    scale = each.config["lora_alpha"] / (math.sqrt(rank) if each.config.get("use_rslora") else rank)
    down, up = each.tensors[f"{NAME}.lora_A.weight"], each.tensors[f"{NAME}.lora_B.weight"]
    return scale * up @ down


@pytest.mark.parametrize("further", [{}, {"use_rslora": True}])
def test_it_changes_weights_by_the_mean_of_the_changes(further):
    parts = [adapter(0), adapter(1, rank=4, lora_alpha=2, **further), adapter(2, rank=1)]
    shares = (0.5, 0.2, 0.3)
    found = mean_adapter(parts, shares)
    assert found is not None
    assert found.config["r"] == 7
    assert not found.config["use_rslora"]
    expected = sum(share * change(each) for share, each in zip(shares, parts, strict=True))
    torch.testing.assert_close(change(found), expected)


@pytest.mark.parametrize(
    "odd",
    [
        adapter(1, use_dora=True),
        adapter(1, peft_type="IA3"),
        adapter(1, rank_pattern={"layer": 1}),
        adapter(1, target_modules=["another"]),
        Adapter(config=adapter(1).config, tensors={f"{NAME}.lora_magnitude_vector": torch.ones(HIGH)}),
    ],
)
def test_other_kinds_have_no_mean(odd):
    assert mean_adapter([adapter(0), odd], (0.5, 0.5)) is None
    assert mean_adapter([odd, odd, adapter(0)], (0.3, 0.3, 0.4)) is None
