"""How a training goes, as plain numbers."""

from __future__ import annotations

import math
from dataclasses import dataclass

TOKENS_AT_ONCE = 16384
SCHEDULES = ("linear", "cosine", "constant")


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """What the training loop is told.

    Args:
        epochs: passes over the examples.
        batch_size: examples in a step on average; a step takes as many as fit its tokens.
        warmup: share of the training over which rates rise from nothing.
        schedule: how rates fall afterwards: `linear`, `cosine`, or `constant`.
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
        if progress < self.warmup:
            return progress / self.warmup
        left = (1.0 - progress) / max(1e-9, 1.0 - self.warmup)
        if self.schedule == "linear":
            return left
        return (1.0 - math.cos(math.pi * left)) / 2 if self.schedule == "cosine" else 1.0
