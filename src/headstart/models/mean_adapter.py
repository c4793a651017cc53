"""Several adapters as one that changes every weight by the mean of what they change it by."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import torch

from headstart.models.adapter import Adapter

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from torch import Tensor

DOWN, UP = ".lora_A.weight", ".lora_B.weight"


def mean_adapter(adapters: Sequence[Adapter], shares: Sequence[float]) -> Adapter | None:
    """The low-rank adapter whose rank is the sum of theirs; None where there is no such adapter.

    With `s` the scale of an adapter (alpha / r, or alpha / sqrt(r) for rsLoRA) and `w` its share, the mean of
    the changes `s B A` is `[w1 s1 B1, w2 s2 B2, ...] [A1; A2; ...]`: nothing is lost.

    Args:
        adapters: of one base and the same layers.
        shares: how much each counts; they add up to one.
    """
    kinds = {(tuple(each.config.get("target_modules") or ()), tuple(each.tensors)) for each in adapters}
    if len(kinds) != 1 or not all(map(_is_plain, adapters)):
        return None
    first, rank = adapters[0], sum(int(each.config["r"]) for each in adapters)
    factors = [share * _scale(each.config) for each, share in zip(adapters, shares, strict=True)]
    tensors: dict[str, Tensor] = {}
    for name in first.tensors:
        parts = [each.tensors[name] for each in adapters]
        if name.endswith(UP):
            parts = [part * factor for part, factor in zip(parts, factors, strict=True)]
        tensors[name] = torch.cat(parts, dim=0 if name.endswith(DOWN) else 1)
    config = {**first.config, "r": rank, "lora_alpha": rank, "use_rslora": False}
    return Adapter(config=config, tensors=tensors)


def _is_plain(adapter: Adapter) -> bool:
    """Whether it is nothing but a product of two matrices beside each weight."""
    config = adapter.config
    odd = ("use_dora", "rank_pattern", "alpha_pattern", "modules_to_save")
    return (
        config.get("peft_type") == "LORA"
        and not any(config.get(each) for each in odd)
        and all(name.endswith((DOWN, UP)) for name in adapter.tensors)
    )


def _scale(config: Mapping[str, Any]) -> float:
    rank = float(config["r"])
    return float(config["lora_alpha"]) / (math.sqrt(rank) if config.get("use_rslora") else rank)
