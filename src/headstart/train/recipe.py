"""How a training goes, as plain numbers."""

from __future__ import annotations

import math
from dataclasses import dataclass

TOKENS_AT_ONCE = 16384
SCHEDULES = ("linear", "cosine", "constant", "slanted", "one_cycle")
# Rates of slanted triangles start and end at the peak over this (Howard and Ruder 2018, section 3.2).
SLANT = 32.0


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """What the training loop is told.

    Args:
        epochs: passes over the examples.
        batch_size: examples in a step on average; a step takes as many as fit its tokens.
        warmup: share of the training over which rates rise from nothing.
        schedule: how rates fall afterwards: `linear`, `cosine`, `constant`; or how they rise and fall:
            `slanted` (Howard and Ruder 2018, equation 3), `one_cycle` (Smith and Topin 2018, section 3;
            half a cosine up and half a cosine down).
        clip: greatest norm of a step's gradient; zero for none.
        precision: `bfloat16` or `float32`, of the products; weights are kept in float32.
        seed: owns the order of the examples and the dropout.
        tokens_at_once: tokens of a step that are held in memory together; a larger step is taken in parts.
    """

    epochs: int
    batch_size: int
    warmup: float = 0.1
    schedule: str = "linear"
    clip: float = 1.0
    precision: str = "float32"
    seed: int = 0
    tokens_at_once: int = TOKENS_AT_ONCE

    def rate_factor(self, progress: float) -> float:
        """What rates are multiplied by when a share of the training is done."""
        rising = progress < self.warmup
        height = progress / self.warmup if rising else (1.0 - progress) / max(1e-9, 1.0 - self.warmup)
        if self.schedule == "slanted":
            return (1.0 + height * (SLANT - 1.0)) / SLANT
        if self.schedule == "one_cycle" or (self.schedule == "cosine" and not rising):
            return (1.0 - math.cos(math.pi * height)) / 2
        return 1.0 if self.schedule == "constant" and not rising else height
