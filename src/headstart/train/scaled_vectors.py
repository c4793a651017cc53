"""A head that gives one vector for a text, to be compared with those of others."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import nn

from headstart.models.pooling import pool

if TYPE_CHECKING:
    from jaxtyping import Bool, Float
    from numpy import ndarray
    from torch import Tensor


class ScaledVectors(nn.Module):
    """Pooling, a fixed linear map, and a factor for each number of the vector, which alone learns.

    At first the vectors are the pooled states as they are. A map of so few weights can't unlearn what the
    base knows of how texts compare.

    Args:
        width: size of a token state.
        pooling: `mean`, `cls` or `last`.
    """

    weight: Tensor
    bias: Tensor

    def __init__(self, width: int, *, pooling: str) -> None:
        super().__init__()
        self.pooling = pooling
        self.register_buffer("weight", torch.eye(width))
        self.register_buffer("bias", torch.zeros(width))
        self.logs = nn.Parameter(torch.zeros(width))

    def forward(
        self, states: Float[Tensor, "batch tokens width"], mask: Bool[Tensor, "batch tokens"]
    ) -> Float[Tensor, "batch width"]:
        """Vectors in float32, whatever precision the states have."""
        pooled = pool(states.float(), mask, self.pooling)
        return (pooled @ self.weight.T + self.bias) * self.logs.exp()

    @torch.no_grad()
    def start_from(
        self, weight: Float[ndarray, "width width"], bias: Float[ndarray, " width"]
    ) -> ScaledVectors:
        """Sets the linear map, and all factors to one."""
        self.weight.copy_(torch.from_numpy(weight))
        self.bias.copy_(torch.from_numpy(bias))
        self.logs.zero_()
        return self
