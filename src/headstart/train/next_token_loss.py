"""The loss of the next token, and its gradient, without the scores of all words at all tokens."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch
from torch.autograd.function import once_differentiable

from headstart.core.loss_shape import PLAIN, LossShape
from headstart.models.next_token import bound_of, output_layer, scored_at_once

if TYPE_CHECKING:
    from jaxtyping import Float, Int
    from torch import Tensor
    from transformers import PreTrainedModel


def next_token_loss(
    network: PreTrainedModel,
    states: Float[Tensor, "asked width"],
    targets: Int[Tensor, " asked"],
    *,
    shape: LossShape = PLAIN,
) -> tuple[Tensor, Tensor]:
    """Sum of the cross-entropies of the tokens that should follow, and their number.

    The scores of a few tokens are made, turned into their gradient in place and forgotten, as in the
    fused loss of Hsu et al. 2024 ("Liger Kernel", section 3.2): what is held in memory does not grow with
    the tokens, and nothing is computed twice.

    Args:
        network: a decoder-only network, whose layer of scores has no bias.
        states: last states of the tokens that something is asked of.
        targets: the tokens that should follow.
        shape: departures from the plain loss; of these, label smoothing speaks of tokens.
    """
    weight: Any = output_layer(network).weight
    loss: Tensor = _Fused.apply(  # type: ignore[no-untyped-call]
        states, weight, targets, bound_of(network), shape.label_smoothing
    )
    return loss, states.new_tensor(float(len(targets)), dtype=torch.float32)


class _Fused(torch.autograd.Function):
    """Cross-entropy of `states @ weight'`, softly bounded where it is asked for."""

    @staticmethod
    def forward(
        ctx: Any,
        states: Float[Tensor, "asked width"],
        weight: Float[Tensor, "words width"],
        targets: Int[Tensor, " asked"],
        bound: float | None,
        smoothing: float,
    ) -> Float[Tensor, ""]:
        below, across = ctx.needs_input_grad[:2]
        slopes = torch.empty_like(states) if below else None
        steep = torch.zeros_like(weight, dtype=torch.float32) if across else None
        total = torch.zeros((), dtype=torch.float64, device=states.device)
        size = scored_at_once(states, len(weight))
        for start in range(0, len(states), size):
            some, gold = states[start : start + size], targets[start : start + size]
            losses, slope = _part(some @ weight.T, gold, bound=bound, smoothing=smoothing)
            total += losses.sum(dtype=torch.float64)
            slope = slope.to(weight.dtype)
            if slopes is not None:
                torch.mm(slope, weight, out=slopes[start : start + size])
            if steep is not None and steep.dtype == weight.dtype:
                steep.addmm_(slope.T, some)
            elif steep is not None:
                steep += slope.T @ some
        ctx.save_for_backward(
            *(
                each
                for each in (slopes, None if steep is None else steep.to(weight.dtype))
                if each is not None
            )
        )
        ctx.asked = below, across
        return total.float()

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, slope: Float[Tensor, ""]) -> tuple[Tensor | None, ...]:
        kept = list(ctx.saved_tensors)
        # A loss that is summed up, as in training, has the slope one.
        whole = float(slope) == 1.0
        found = [(kept.pop(0) if asked else None) for asked in ctx.asked]
        states, weight = (each if whole or each is None else each * slope.to(each.dtype) for each in found)
        return states, weight, None, None, None


def _part(
    scores: Float[Tensor, "some words"], gold: Int[Tensor, " some"], *, bound: float | None, smoothing: float
) -> tuple[Float[Tensor, " some"], Float[Tensor, "some words"]]:
    """The loss of some tokens and its gradient over their scores."""
    scores = scores.float()
    bent = None
    if bound is not None:
        bent = torch.tanh(scores / bound)
        scores = bound * bent
    at = torch.arange(len(gold), device=gold.device)
    chosen, middle = scores[at, gold], scores.mean(dim=1) if smoothing else 0.0
    peaks = scores.amax(dim=1, keepdim=True)
    slope = scores.sub_(peaks).exp_()
    sums = slope.sum(dim=1, keepdim=True)
    losses = (sums.log() + peaks)[:, 0] - (1.0 - smoothing) * chosen - smoothing * middle
    slope /= sums
    slope[at, gold] -= 1.0 - smoothing
    if smoothing:
        slope -= smoothing / slope.shape[1]
    if bent is not None:
        slope *= 1.0 - bent.square()
    return losses, slope
