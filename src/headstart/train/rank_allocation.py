"""Ranks that move, while training, to where they are worth most."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import torch

from headstart.train.hook import Hook

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from jaxtyping import Float
    from torch import Tensor, nn

    from headstart.train.hook import Step

SMOOTHING, ORTHOGONALITY = 0.85, 0.5
# Steps between two allocations, few enough for trainings of a hundred steps.
EVERY = 10


@dataclass(frozen=True, kw_only=True)
class Budget:
    """How many singular values are left as the training goes on.

    Args:
        first: at the start.
        last: at the end.
        warm: share of the training before the first cut.
        final: share of the training after the last cut.
    """

    first: int
    last: int
    warm: float
    final: float

    def at(self, reached: float) -> int:
        """The budget at a share of the training (Zhang et al. 2023, equation 12)."""
        if reached <= self.warm:
            return self.first
        if self.settled(reached):
            return self.last
        left = 1.0 - (reached - self.warm) / (1.0 - self.final - self.warm)
        return int(self.last + (self.first - self.last) * left**3)

    def settled(self, reached: float) -> bool:
        """Whether ranks no longer move."""
        return reached >= 1.0 - self.final


class RankAllocation(Hook):
    """AdaLoRA's allocation of a budget of singular values over layers (Zhang et al. 2023, section 3).

    The importance of a triplet is the sensitivity of its singular value and the mean ones of its two
    vectors, each smoothed and times its uncertainty (equations 7 to 11); the least important singular
    values are set to zero, and may come back until the budget has settled. Vectors are held orthogonal
    as in the authors' program: by the mean over matrices of the Frobenius norm that equation 4 squares.

    Args:
        values: singular values of each layer.
        right: right singular vectors of each layer, as rows.
        left: left singular vectors of each layer, as columns.
        budget: of all layers together.
    """

    def __init__(
        self,
        *,
        values: Sequence[nn.Parameter],
        right: Sequence[nn.Parameter],
        left: Sequence[nn.Parameter],
        budget: Budget,
    ) -> None:
        self.values: list[Tensor] = list(values)
        self.right: list[Tensor] = list(right)
        self.left: list[Tensor] = list(left)
        self.budget = budget
        self._weights = [*self.values, *self.right, *self.left]
        self._smooth = [torch.zeros_like(each) for each in self._weights]
        self._unsure = [torch.zeros_like(each) for each in self._weights]
        self._masks = [torch.ones_like(each) for each in self.values]
        self._steps, self._settled = 0, False

    @torch.no_grad()
    def before_step(self, step: Step) -> None:
        if not step.weight:
            return
        self._hold_orthogonal(step.weight)
        if self.budget.settled(step.reached):
            return
        now = [_gradient(each) * each for each in self._weights]
        torch._foreach_abs_(now)
        torch._foreach_div_(now, step.weight)
        torch._foreach_lerp_(self._smooth, now, 1.0 - SMOOTHING)
        torch._foreach_sub_(now, self._smooth)
        torch._foreach_abs_(now)
        torch._foreach_lerp_(self._unsure, now, 1.0 - SMOOTHING)

    @torch.no_grad()
    def after_step(self, step: Step) -> None:
        self._steps += 1
        settled = self.budget.settled(step.reached)
        if settled != self._settled or (not settled and self._steps % EVERY == 0):
            self._masks = self._allocation(self.budget.at(step.reached))
            self._mask()
        elif settled:
            self._mask()
        self._settled = settled

    def state(self) -> Mapping[str, Any]:
        return {
            "smooth": self._smooth,
            "unsure": self._unsure,
            "masks": self._masks,
            "steps": self._steps,
            "settled": self._settled,
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        for mine, values in (
            (self._smooth, state["smooth"]),
            (self._unsure, state["unsure"]),
            (self._masks, state["masks"]),
        ):
            torch._foreach_copy_(mine, list(values))
        self._steps, self._settled = int(state["steps"]), bool(state["settled"])

    def _hold_orthogonal(self, weight: float) -> None:
        """Adds the slope of the mean norm, times what the step's gradients will be divided by."""
        share = weight * ORTHOGONALITY / (len(self.right) + len(self.left))
        for each in self.right:
            _gradient(each).addmm_(_excess(each @ each.T), each, alpha=share)
        for each in self.left:
            _gradient(each).addmm_(each, _excess(each.T @ each), alpha=share)

    def _mask(self) -> None:
        for each, mask in zip(self.values, self._masks, strict=True):
            each.mul_(mask)

    def _importance(self) -> list[Float[Tensor, " rank"]]:
        every = [smooth * unsure for smooth, unsure in zip(self._smooth, self._unsure, strict=True)]
        layers = len(self.values)
        values, right, left = every[:layers], every[layers : 2 * layers], every[2 * layers :]
        return [
            value[:, 0] + rows.mean(dim=1) + columns.mean(dim=0)
            for value, rows, columns in zip(values, right, left, strict=True)
        ]

    def _allocation(self, budget: int) -> list[Float[Tensor, "rank 1"]]:
        """One for each singular value that stays, and nought for the others."""
        layers = self._importance()
        every = torch.cat(layers)
        cut = len(every) - budget
        if cut <= 0:
            return [torch.ones_like(each) for each in self._masks]
        threshold = every.kthvalue(cut).values
        return [(each > threshold).to(each.dtype)[:, None] for each in layers]


def _gradient(parameter: Tensor) -> Tensor:
    if parameter.grad is None:
        parameter.grad = torch.zeros_like(parameter)
    return parameter.grad


def _excess(products: Float[Tensor, "rank rank"]) -> Float[Tensor, "rank rank"]:
    """Slope of the Frobenius norm of products less the identity, up to the vectors."""
    products.diagonal().sub_(1.0)
    return products.mul_(2.0 / products.norm().clamp_min(1e-12))
