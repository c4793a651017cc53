"""Pooling by learned attention: one query says which tokens matter."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import nn

if TYPE_CHECKING:
    from jaxtyping import Bool, Float
    from torch import Tensor


class AttentionPool(nn.Module):
    """The mean of each text's token states, weighted by the softmax of their products with a query.

    That is the attention of Yang et al. 2016, equations 6 and 7, without a layer before it. A query of
    zeros, as at first, is mean pooling.

    Args:
        width: size of a token state.
    """

    def __init__(self, width: int) -> None:
        super().__init__()
        self.query = nn.Parameter(torch.zeros(width))

    def forward(
        self, states: Float[Tensor, "batch tokens width"], mask: Bool[Tensor, "batch tokens"]
    ) -> Float[Tensor, "batch width"]:
        """Vectors in float32, whatever precision the states have; zeros for a text without tokens."""
        exact = states.float()
        scores = (exact @ self.query).masked_fill(~mask, -torch.inf)
        shares = torch.softmax(scores, dim=1).nan_to_num(0.0)
        return torch.einsum("bt,btw->bw", shares, exact)
