"""Two passes with different dropout, held together."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

if TYPE_CHECKING:
    from collections.abc import Callable

    from jaxtyping import Float
    from torch import Tensor


def r_drop(
    outputs: Callable[[], Tensor], loss: Callable[[Tensor], tuple[Tensor, Tensor]], *, strength: float
) -> tuple[Tensor, Tensor]:
    """R-Drop (Liang et al. 2021, equations 2 to 4), halved, so that rates mean what they do without it.

    Args:
        outputs: runs the network; each call draws dropout anew.
        loss: sum of the task's losses of outputs, and sum of their weights.
        strength: how much the two passes are held together.
    """
    first, second = outputs(), outputs()
    (first_loss, weight), (second_loss, _) = loss(first), loss(second)
    return (first_loss + second_loss) / 2 + strength * symmetric_divergence(first, second) / 2, weight


def symmetric_divergence(
    first: Float[Tensor, "batch classes"], second: Float[Tensor, "batch classes"]
) -> Float[Tensor, ""]:
    """Sum over the batch of the mean of both Kullback-Leibler divergences between two sets of logits."""
    one, other = (torch.log_softmax(each.float(), dim=-1) for each in (first, second))
    return ((one.exp() - other.exp()) * (one - other)).sum() / 2
