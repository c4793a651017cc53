"""The simplest head: one vector for a text, and a linear layer on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import nn

from headstart.models.pooling import pool

if TYPE_CHECKING:
    from jaxtyping import Bool, Float
    from numpy import ndarray
    from torch import Tensor


class PooledLinear(nn.Module):
    """Pooling and a linear layer; all its weights are zero at first.

    Args:
        width: size of a token state.
        outputs: numbers to give for each text.
        pooling: `mean`, `cls` or `last`.
    """

    def __init__(self, width: int, outputs: int, *, pooling: str) -> None:
        super().__init__()
        self.pooling = pooling
        self.linear = nn.Linear(width, outputs)
        nn.init.zeros_(self.linear.weight)
        nn.init.zeros_(self.linear.bias)

    def forward(
        self, states: Float[Tensor, "batch tokens width"], mask: Bool[Tensor, "batch tokens"]
    ) -> Float[Tensor, "batch outputs"]:
        """Outputs in float32, whatever precision the states have."""
        outputs: Tensor = self.linear(pool(states.float(), mask, self.pooling))
        return outputs

    @torch.no_grad()
    def start_from(
        self, weight: Float[ndarray, "outputs width"], bias: Float[ndarray, " outputs"]
    ) -> PooledLinear:
        """Sets the linear layer, for instance to a fit on pooled features of the frozen backbone."""
        self.linear.weight.copy_(torch.from_numpy(weight))
        self.linear.bias.copy_(torch.from_numpy(bias))
        return self
