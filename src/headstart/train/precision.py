"""The precision that a network computes in."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING

import torch

from headstart.models.backbone import Backbone

if TYPE_CHECKING:
    from contextlib import AbstractContextManager


def computing_in(precision: str, device: str) -> AbstractContextManager[object]:
    """A context in which products of float32 weights are taken in that precision."""
    return torch.autocast(device, dtype=torch.bfloat16, enabled=precision == "bfloat16")


def for_inference(backbone: Backbone, precision: str) -> Backbone:
    """The backbone itself in float32; in bfloat16 a copy, so that the stored weights stay as they are.

    A cast copy is faster on short texts than autocast, which casts every weight in every call.
    """
    if precision != "bfloat16":
        return backbone
    network = copy.deepcopy(backbone.network)
    for parameter in network.parameters():
        # Buffers keep float32: rotary frequencies lose too much otherwise.
        parameter.data = parameter.data.to(torch.bfloat16)
    return Backbone(backbone.info, network, backbone.tokenizer).eval()
