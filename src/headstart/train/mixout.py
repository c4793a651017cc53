"""Weights that fall back to where they started, at random."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from headstart.train.hook import Hook

if TYPE_CHECKING:
    from collections.abc import Sequence

    from torch import Tensor, nn

    from headstart.train.groups import Group
    from headstart.train.hook import Step


class Mixout(Hook):
    """Mixout (Lee, Cho and Kang 2020, section 3): dropout towards the pre-trained weights.

    For each step every number of a matrix is replaced by that of the base with probability `share`,
    and the rest is scaled so that the mean stays; gradients go through what was not replaced.

    Args:
        groups: the weights that learn, the base's alone.
        share: probability of falling back.
    """

    def __init__(self, groups: Sequence[Group], *, share: float) -> None:
        self._share = share
        self._weights: list[nn.Parameter] = [
            each for group in groups for each in group.parameters if each.ndim > 1
        ]
        self._starts = [each.detach().clone() for each in self._weights]
        self._held: list[tuple[nn.Parameter, Tensor, Tensor]] = []

    @torch.no_grad()
    def begin_step(self, step: Step) -> None:
        self._held = []
        for weight, start in zip(self._weights, self._starts, strict=True):
            if not weight.requires_grad:
                continue
            stays = torch.rand_like(weight) >= self._share
            self._held.append((weight, weight.detach().clone(), stays))
            # (m w + (1 - m) u - p u) / (1 - p), where u is the start, is u + m (w - u) / (1 - p).
            weight.copy_(start + stays * (weight - start) / (1.0 - self._share))

    @torch.no_grad()
    def before_step(self, step: Step) -> None:
        for weight, values, stays in self._held:
            weight.copy_(values)
            if weight.grad is not None:
                gradient = weight.grad.to_dense() if weight.grad.is_sparse else weight.grad
                weight.grad = gradient.mul_(stays).div_(1.0 - self._share)
        self._held = []
