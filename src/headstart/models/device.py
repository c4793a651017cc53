"""Where tensors should live."""

from __future__ import annotations


def best_device() -> str:
    """`cuda` or `mps` where there is such an accelerator, else `cpu`."""
    import torch

    if torch.cuda.is_available():
        return "cuda"
    if torch.backends.mps.is_available():
        return "mps"
    return "cpu"
