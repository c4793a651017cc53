"""Which layers of a backbone get adapters, and of what kind."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

from torch import nn

from headstart.errors import SettingError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from peft import PeftConfig

    from headstart.models.backbone import Backbone

# `peft` declares no common type for what its layers hold.
TunerLayer: TypeAlias = Any

# AdaLoRA starts from half as much again as it ends with (Zhang et al. 2023, section 3.3), and counts
# the training in hundredths.
START_RANK, CLOCK = 1.5, 100
WARM_SHARE, FINAL_SHARE = 0.15, 0.35


def adapter_config(backbone: Backbone, method: str, *, rank: int, alpha: float, dropout: float) -> PeftConfig:
    """The configuration of `peft` for a method.

    Args:
        backbone: what is adapted.
        method: `lora` (Hu et al. 2022) on all linear layers of the blocks (Dettmers et al. 2023,
            section 5.1), `dora` (Liu et al. 2024), `rslora` (Kalajdzievski 2023), `adalora` (Zhang et
            al. 2023), or `ia3` (Liu et al. 2022) on keys, values and the inner feed-forward states.
        rank: columns of an adapter; on average over the layers for `adalora`.
        alpha: size of an adapter's output as a multiple of its rank.
        dropout: share of an adapter's input that is dropped while training.

    Raises:
        SettingError: there is nothing to stand beside.
    """
    import peft

    linear = dict(linear_layers(backbone))
    if not linear:
        raise SettingError(
            f"adapters stand beside the linear layers of blocks, and the network to adapt has none: a step "
            f"before left {backbone.depth} blocks of {backbone.info.name}; start from the base instead"
        )
    common: dict[str, Any] = {
        "task_type": "CAUSAL_LM" if backbone.goes_on else backbone.layout.peft_task,
        "fan_in_fan_out": any(not isinstance(each, nn.Linear) for each in linear.values()),
    }
    if method == "ia3":
        outputs, inputs = _scaled(backbone)
        return peft.IA3Config(**common, target_modules=outputs + inputs, feedforward_modules=inputs)
    first = max(rank, round(START_RANK * rank)) if method == "adalora" else rank
    common |= {
        "target_modules": list(linear),
        "lora_alpha": _whole(alpha * first),
        "lora_dropout": dropout,
    }
    if method == "adalora":
        return peft.AdaLoraConfig(
            **common,
            init_r=first,
            target_r=rank,
            total_step=CLOCK,
            tinit=round(WARM_SHARE * CLOCK),
            tfinal=round(FINAL_SHARE * CLOCK),
        )
    return peft.LoraConfig(
        **common,
        r=rank,
        use_dora=method == "dora",
        use_rslora=method == "rslora",
    )


def linear_layers(backbone: Backbone) -> Iterator[tuple[str, nn.Module]]:
    """The linear layers of the blocks by their full names, in order."""
    from transformers.pytorch_utils import Conv1D

    layout, network = backbone.layout, backbone.trunk
    blocks = [
        module
        for index, block in enumerate(layout.blocks(network))
        for part in (block, *layout.beside(network, index))
        for module in part.modules()
    ]
    inside = {id(module) for module in blocks if isinstance(module, nn.Linear | Conv1D)}
    for name, module in backbone.network.named_modules():
        if id(module) in inside:
            yield name, module


def _scaled(backbone: Backbone) -> tuple[list[str], list[str]]:
    """Layers whose outputs are scaled, and layers whose inputs are."""
    layout, network = backbone.layout, backbone.network
    names = {id(module): name for name, module in network.named_modules()}
    outputs, inputs = list[str](), list[str]()
    for block in layout.blocks(backbone.trunk):
        inside = {name: f"{names[id(block)]}.{name}" for name, _ in block.named_modules()}
        # The blocks of a decoder have layers that those of an encoder lack.
        outputs += [inside[name] for name in layout.keys_and_values if name in inside]
        out = layout.feed_forward_out
        own = [out] if out in inside else [name for name in inside if name.endswith(f".{out}")]
        inputs += [inside[name] for name in own]
    return outputs, inputs


def _whole(value: float) -> float:
    """A whole number as such, since readers of the format expect one."""
    return round(value) if float(value).is_integer() else value
