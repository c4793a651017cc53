"""A head that learns which tokens matter."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch
from torch import nn

from headstart.models.attention_pool import AttentionPool

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jaxtyping import Bool, Float
    from numpy import ndarray
    from torch import Tensor


class AttentionLinear(nn.Module):
    """Attention pooling by one learned query, then a linear layer; all its weights are zero at first.

    Args:
        width: size of a token state.
        outputs: numbers to give for each text.
    """

    def __init__(self, width: int, outputs: int) -> None:
        super().__init__()
        self.pool = AttentionPool(width)
        self.linear = nn.Linear(width, outputs)
        nn.init.zeros_(self.linear.weight)
        nn.init.zeros_(self.linear.bias)

    @property
    def settings(self) -> Mapping[str, Any]:
        """Plain values that, with the base's and the task's sizes, make an equal head."""
        return {}

    def forward(
        self, states: Float[Tensor, "batch tokens width"], mask: Bool[Tensor, "batch tokens"]
    ) -> Float[Tensor, "batch outputs"]:
        """Outputs in float32, whatever precision the states have."""
        outputs: Tensor = self.linear(self.pool(states, mask))
        return outputs

    @torch.no_grad()
    def start_from(
        self,
        query: Float[ndarray, " width"],
        weight: Float[ndarray, "outputs width"],
        bias: Float[ndarray, " outputs"],
    ) -> AttentionLinear:
        """Sets all weights, for instance to what was learned on states of the frozen backbone."""
        self.pool.query.copy_(torch.from_numpy(query))
        self.linear.weight.copy_(torch.from_numpy(weight))
        self.linear.bias.copy_(torch.from_numpy(bias))
        return self
