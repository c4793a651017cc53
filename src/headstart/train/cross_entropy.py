"""Cross-entropy, smoothed, focal and weighted by class."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from headstart.core.loss_shape import PLAIN, LossShape

if TYPE_CHECKING:
    from jaxtyping import Float, Int
    from torch import Tensor

TINY = 1e-7


def cross_entropy(
    outputs: Float[Tensor, "batch classes"], targets: Int[Tensor, " batch"], shape: LossShape = PLAIN
) -> tuple[Tensor, Tensor]:
    """Sum of the losses and sum of their weights, in float32.

    Label smoothing as in Szegedy et al. 2016, section 7; the focal factor as in Lin et al. 2017,
    equation 4, taken of the true class; class weights as in King and Zeng 2001, section 4.2.

    Args:
        outputs: logits.
        targets: class of each example.
        shape: departures from the plain loss.
    """
    logs = torch.log_softmax(outputs.float(), dim=-1)
    true = logs.gather(-1, targets[:, None])[:, 0]
    losses = -true
    if shape.label_smoothing:
        losses = (1.0 - shape.label_smoothing) * losses - shape.label_smoothing * logs.mean(dim=-1)
    if shape.focal:
        # At nought, powers below one have no finite gradient.
        losses = losses * (1.0 - true.exp()).clamp(min=TINY) ** shape.focal
    if not shape.class_weights:
        return losses.sum(), losses.new_tensor(float(len(targets)))
    weights = losses.new_tensor(shape.class_weights)[targets]
    return (losses * weights).sum(), weights.sum()
