"""A head that reads several layers: a linear layer on each, added up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch
from torch import nn

from headstart.models.pooling import pool

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from jaxtyping import Bool, Float
    from numpy import ndarray
    from torch import Tensor


class LayeredLinear(nn.Module):
    """Pools the states of several layers and adds up a linear layer on each; all weights are zero at first.

    Args:
        width: size of a token state.
        outputs: numbers to give for each text.
        cuts: numbers of blocks after which states are read, in rising order.
        pooling: `mean`, `cls` or `last`.
    """

    def __init__(self, width: int, outputs: int, *, cuts: Sequence[int], pooling: str) -> None:
        super().__init__()
        self.cuts = tuple(cuts)
        self.pooling = pooling
        self.weight = nn.Parameter(torch.zeros(len(self.cuts), outputs, width))
        self.bias = nn.Parameter(torch.zeros(outputs))

    @property
    def settings(self) -> Mapping[str, Any]:
        """Plain values that, with the base's and the task's sizes, make an equal head."""
        return {"cuts": list(self.cuts), "pooling": self.pooling}

    def forward(
        self, states: Float[Tensor, "cuts batch tokens width"], mask: Bool[Tensor, "batch tokens"]
    ) -> Float[Tensor, "batch outputs"]:
        """Outputs in float32, whatever precision the states have.

        Raises:
            ValueError: the states are not those of its layers.
        """
        if states.dim() != 4 or len(states) != len(self.cuts):
            raise ValueError(
                f"this head reads the states after {', '.join(map(str, self.cuts))} blocks and got a tensor "
                f"of shape {tuple(states.shape)}; read them with states_for"
            )
        pooled = torch.stack([pool(each.float(), mask, self.pooling) for each in states])
        return torch.einsum("cbw,cow->bo", pooled, self.weight) + self.bias

    @torch.no_grad()
    def start_from(
        self, weight: Float[ndarray, "cuts outputs width"], bias: Float[ndarray, " outputs"]
    ) -> LayeredLinear:
        """Sets all weights, for instance to fits on pooled features of the frozen backbone."""
        self.weight.copy_(torch.from_numpy(weight))
        self.bias.copy_(torch.from_numpy(bias))
        return self
