"""How attention is computed while training."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

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
