"""How attention and blocks are computed while training."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from headstart.models.lean_blocks import lean_blocks

if TYPE_CHECKING:
    from collections.abc import Iterator

    from headstart.models.backbone import Backbone


def training_attention(backbone: Backbone, *, device: str, precision: str) -> str:
    """The faster implementation for training steps.

    On processors the backward pass of fused attention in bfloat16 takes about three times as long
    as the plain products; forward alone, and in float32, the fused one is faster.
    """
    return "eager" if device == "cpu" and precision == "bfloat16" else backbone.attention


@contextmanager
def learning_as(backbone: Backbone, attention: str, *, device: str) -> Iterator[None]:
    """A pass of training: with this attention, and on a GPU with blocks that keep little."""
    with attending(backbone, attention), lean_blocks(backbone, device):
        yield


@contextmanager
def attending(backbone: Backbone, how: str) -> Iterator[None]:
    """Switches the implementation and back again."""
    before = backbone.attention
    if how == before:
        yield
        return
    backbone.network.set_attn_implementation(how)
    try:
        yield
    finally:
        backbone.network.set_attn_implementation(before)
