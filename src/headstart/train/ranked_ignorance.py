"""The loss of ordered classes: near misses cost less than far ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from headstart.core.loss_shape import PLAIN, LossShape
from headstart.train.cross_entropy import TINY

if TYPE_CHECKING:
    from jaxtyping import Float, Int
    from torch import Tensor


def ranked_ignorance(
    outputs: Float[Tensor, "batch classes"], targets: Int[Tensor, " batch"], shape: LossShape = PLAIN
) -> tuple[Tensor, Tensor]:
    """Sum of the ranked ignorance scores and sum of their weights, in float32.

    The logarithmic loss of every question "is it at most class k?", added up (Tödter and Ahrens
    2012): proper, as each of them is, and the cross-entropy where there are two classes. Smoothing,
    focal factor and class weights are those of `cross_entropy`.

    Args:
        outputs: logits of the classes in their order.
        targets: class of each example.
        shape: departures from the plain loss.
    """
    logs = torch.log_softmax(outputs.float(), dim=-1)
    below = torch.logcumsumexp(logs, dim=-1)[:, :-1]
    above = torch.logcumsumexp(logs.flip(-1), dim=-1).flip(-1)[:, 1:]
    # A class asks for "above" at all cuts before it and for "at most" from its own on.
    none = logs.new_zeros(len(logs), 1)
    before = torch.cat([none, above.cumsum(dim=-1)], dim=-1)
    after = torch.cat([below.flip(-1).cumsum(dim=-1).flip(-1), none], dim=-1)
    every = -(before + after)
    losses = every.gather(-1, targets[:, None])[:, 0]
    if shape.label_smoothing:
        losses = (1.0 - shape.label_smoothing) * losses + shape.label_smoothing * every.mean(dim=-1)
    if shape.focal:
        true = logs.gather(-1, targets[:, None])[:, 0]
        losses = losses * (1.0 - true.exp()).clamp(min=TINY) ** shape.focal
    if not shape.class_weights:
        return losses.sum(), losses.new_tensor(float(len(targets)))
    weights = losses.new_tensor(shape.class_weights)[targets]
    return (losses * weights).sum(), weights.sum()
