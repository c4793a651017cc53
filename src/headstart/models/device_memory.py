"""How much memory of an accelerator a process has held."""

from __future__ import annotations


def device_peak_bytes(device: str) -> int:
    """The most memory of an accelerator that this process has held at once, in bytes.

    Nought where it has held none, or where there is no accelerator that tells: then the peak of the process
    itself is what counts.

    Args:
        device: `cpu`, `cuda` or `mps`.
    """
    if device != "cuda":
        return 0
    import torch

    return int(torch.cuda.max_memory_reserved())
