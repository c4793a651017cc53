"""Weights of 4 bits: whether they can be had, how they are opened, and what they stand for."""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from headstart.errors import MissingExtra

if TYPE_CHECKING:
    from transformers import BitsAndBytesConfig, PreTrainedModel

PACKAGE, EXTRA = "bitsandbytes", "quantised"
# Bytes of a weight: 4 bits, and the scales of blocks of 64 weights, in 8 bits with scales of their own for
# 256 of them (double quantisation: Dettmers et al. 2023, section 3).
WEIGHT_BYTES = 0.5 + 1.0 / 64 + 4.0 / (64 * 256)
# Their matrices lie transposed, and would not find their way back.
TRANSPOSED = ("gpt2",)


def quantised_reasons(device: str, family: str) -> tuple[str, ...]:
    """Why a base can't be held in 4 bits here, in plain words; empty where it can.

    Args:
        device: `cpu`, `cuda` or `mps`.
        family: of the base.
    """
    reasons = []
    if device != "cuda":
        reasons.append(
            "weights of 4 bits need a CUDA GPU, and this computer has none that can be used "
            f"(device {device}); leave `quantised` out"
        )
    if find_spec(PACKAGE) is None:
        reasons.append(str(MissingExtra(PACKAGE, EXTRA)))
    if family in TRANSPOSED:
        reasons.append(
            f"the matrices of a {family} lie transposed and can't be held in 4 bits; leave `quantised` out"
        )
    return tuple(reasons)


def four_bits() -> BitsAndBytesConfig:
    """NormalFloat of 4 bits, quantised twice (Dettmers et al. 2023, section 3), products in bfloat16."""
    import torch
    from transformers import BitsAndBytesConfig

    make: Any = BitsAndBytesConfig
    config: BitsAndBytesConfig = make(
        load_in_4bit=True,
        bnb_4bit_quant_type="nf4",
        bnb_4bit_use_double_quant=True,
        bnb_4bit_compute_dtype=torch.bfloat16,
    )
    return config


def is_quantised(network: PreTrainedModel) -> bool:
    """Whether a network holds weights of 4 bits."""
    return bool(getattr(network, "is_loaded_in_4bit", False))


def whole_weights(network: Any) -> PreTrainedModel:
    """The network with the weights that those of 4 bits stand for, in float32 and in the computer's memory.

    Args:
        network: changed in place, layer by layer, so that the accelerator need not hold both.
    """
    import torch
    from torch import nn
    from transformers.integrations.bitsandbytes import dequantize_bnb_weight

    for name, module in list(network.named_modules()):
        if type(module).__name__ != "Linear4bit":
            continue
        with torch.device("meta"):
            whole = nn.Linear(module.in_features, module.out_features, bias=module.bias is not None)
        weight = dequantize_bnb_weight(module.weight)
        whole.weight = nn.Parameter(weight.to("cpu", torch.float32), requires_grad=False)
        if module.bias is not None:
            whole.bias = module.bias
        network.set_submodule(name, whole)
    network.hf_quantizer.remove_quantization_config(network)
    network.is_loaded_in_4bit = False
    found: PreTrainedModel = network.float().to("cpu")
    return found
