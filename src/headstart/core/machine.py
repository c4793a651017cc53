"""What the computer can do."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Machine:
    """The resources that costs are predicted from.

    Args:
        device: `cpu`, `cuda` or `mps`.
        cores: physical cores that this process may use.
        memory_bytes: memory of the computer.
        device_memory_bytes: memory of the accelerator, or `memory_bytes` without one.
        precision: the fastest precision that trains well here, `bfloat16` or `float32`.
        flops: measured rate of matrix products in that precision, per second.
    """

    device: str
    cores: int
    memory_bytes: int
    device_memory_bytes: int
    precision: str
    flops: float
