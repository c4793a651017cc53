"""Which fused kernels attention may use on an accelerator."""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING

from torch.nn.attention import SDPBackend, sdpa_kernel

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

ALLOWED = [SDPBackend.FLASH_ATTENTION, SDPBackend.EFFICIENT_ATTENTION, SDPBackend.MATH]


def fused_attention(device: str) -> AbstractContextManager[object]:
    """A context in which batches of ever new shapes cost no more than those of one shape.

    The kernels of cuDNN, which are preferred on recent cards, are planned anew for each shape: on an
    H200 that took more time than all else of a training on batches sorted by length.
    """
    if device != "cuda":
        return nullcontext()
    kernels: AbstractContextManager[object] = sdpa_kernel(ALLOWED)
    return kernels
