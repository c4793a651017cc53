"""How much memory of a GPU a measured process took."""

from __future__ import annotations


def peak_memory(device: str) -> dict[str, int]:
    """The most bytes that tensors of this process held at once, and what its allocator took for them.

    Empty where it used no GPU.
    """
    if device != "cuda":
        return {}
    import torch

    return {
        "peak_bytes": int(torch.cuda.max_memory_allocated()),
        "reserved_bytes": int(torch.cuda.max_memory_reserved()),
    }
