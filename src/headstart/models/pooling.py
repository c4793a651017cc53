"""From the states of a text's tokens to one vector."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from headstart.models.view import POOLINGS

if TYPE_CHECKING:
    from jaxtyping import Bool, Float, Int
    from torch import Tensor


def pool(
    states: Float[Tensor, "batch tokens width"], mask: Bool[Tensor, "batch tokens"], how: str
) -> Float[Tensor, "batch width"]:
    """One vector for each text, whichever side is padded; zeros for a text without tokens.

    Args:
        states: token states.
        mask: where real tokens stand.
        how: `mean` over the tokens, `cls` for the first, `last` for the last.

    Raises:
        ValueError: there is no such pooling.
    """
    if how == "mean":
        weights = mask.to(states.dtype)
        return torch.einsum("bt,btw->bw", weights, states) / weights.sum(dim=1, keepdim=True).clamp(min=1)
    if how == "cls":
        return _at(states, mask, mask.int().argmax(dim=1))
    if how == "last":
        return _at(states, mask, mask.shape[1] - 1 - mask.int().flip(1).argmax(dim=1))
    raise ValueError(f"there is no pooling {how!r}; there are: {', '.join(POOLINGS)}")


def _at(
    states: Float[Tensor, "batch tokens width"],
    mask: Bool[Tensor, "batch tokens"],
    position: Int[Tensor, " batch"],
) -> Float[Tensor, "batch width"]:
    rows = torch.arange(len(states), device=states.device)
    return states[rows, position] * mask.any(dim=1, keepdim=True).to(states.dtype)
