"""What the computer can do."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


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
        rates: that rate in each precision.
    """

    device: str
    cores: int
    memory_bytes: int
    device_memory_bytes: int
    precision: str
    flops: float
    rates: Mapping[str, float] = field(default_factory=dict)
