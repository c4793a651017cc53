"""What stands for a head where the vectors of texts are all that is wanted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from torch import nn

from headstart.models.pooling import pool

if TYPE_CHECKING:
    from jaxtyping import Bool, Float
    from torch import Tensor


class Pooled(nn.Module):
    """Pooling alone.

    Args:
        pooling: `mean`, `cls` or `last`.
    """

    def __init__(self, pooling: str) -> None:
        super().__init__()
        self.pooling = pooling

    def forward(
        self, states: Float[Tensor, "batch tokens width"], mask: Bool[Tensor, "batch tokens"]
    ) -> Float[Tensor, "batch width"]:
        """A vector for each text in float32, whatever precision the states have."""
        return pool(states.float(), mask, self.pooling)
