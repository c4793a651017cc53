"""Weights that a step is computed with in bfloat16."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import torch

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from torch import Tensor, nn


class HalfWeights:
    """bfloat16 stand-ins for weights, which stay in float32 for whatever moves them.

    Mixed precision with master weights (Micikevicius et al. 2018, section 3.1). Autocast would round
    each weight in each forward pass and its gradient in each backward pass, and take everything
    between the products in float32; here a weight is rounded once a step.

    Args:
        weights: those of a network, whether they learn or rest; those of 4 bits are left as they are.
    """

    def __init__(self, weights: Sequence[nn.Parameter]) -> None:
        self._weights = [each for each in weights if each.is_floating_point()]
        self._halves = [each.detach().to(torch.bfloat16) for each in self._weights]
        # On a processor, memory that is asked for anew costs more than what is written into it; an
        # accelerator's is kept by its allocator, which lends it to the next forward pass meanwhile.
        self._slopes: list[Tensor | None] = [None] * len(self._weights)

    @torch.no_grad()
    def follow(self) -> None:
        """Rounds the weights that learn, as they are now."""
        learning = [place for place, weight in enumerate(self._weights) if weight.requires_grad]
        if learning:
            torch._foreach_copy_(
                [self._halves[place] for place in learning], [self._weights[place] for place in learning]
            )

    @contextmanager
    def in_place(self) -> Iterator[None]:
        """The network computes with the stand-ins; their gradients are added to those of the weights."""
        whole = [(each.data, each.grad) for each in self._weights]
        for weight, half in zip(self._weights, self._halves, strict=True):
            weight.grad = None
            weight.data = half
        try:
            yield
        finally:
            for place, (weight, (values, before)) in enumerate(zip(self._weights, whole, strict=True)):
                rounded = weight.grad
                weight.grad = None
                weight.data = values
                weight.grad = before if rounded is None else self._added(place, before, rounded)

    def _added(self, place: int, before: Tensor | None, rounded: Tensor) -> Tensor:
        if before is not None:
            return before.add_(rounded.float())
        if rounded.is_sparse or rounded.device.type != "cpu":
            return rounded.float()
        slope = self._slopes[place]
        if slope is None:
            slope = self._slopes[place] = torch.empty_like(self._weights[place].data)
        return slope.copy_(rounded)
