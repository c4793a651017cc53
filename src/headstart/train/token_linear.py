"""The head for answers word by word: a linear layer on the state of each token."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import nn

if TYPE_CHECKING:
    from jaxtyping import Bool, Float
    from numpy import ndarray
    from torch import Tensor


class TokenLinear(nn.Module):
    """A linear layer on every token; all its weights are zero at first.

    Args:
        width: size of a token state.
        outputs: numbers to give for each token.
    """

    def __init__(self, width: int, outputs: int) -> None:
        super().__init__()
        self.linear = nn.Linear(width, outputs)
        nn.init.zeros_(self.linear.weight)
        nn.init.zeros_(self.linear.bias)

    def forward(
        self,
        states: Float[Tensor, "batch tokens width"],
        mask: Bool[Tensor, "batch tokens"],
    ) -> Float[Tensor, "batch tokens outputs"]:
        """Outputs in float32, whatever precision the states have."""
        outputs: Tensor = self.linear(states.float())
        return outputs

    @torch.no_grad()
    def start_from(
        self, weight: Float[ndarray, "outputs width"], bias: Float[ndarray, " outputs"]
    ) -> TokenLinear:
        """Sets the linear layer, for instance to a fit on states of the frozen backbone."""
        self.linear.weight.copy_(torch.from_numpy(weight))
        self.linear.bias.copy_(torch.from_numpy(bias))
        return self
