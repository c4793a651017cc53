"""Penalised multinomial logistic regressions on the same rows, solved side by side."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jaxtyping import Float, Int
    from torch import Tensor

HISTORY = 8
MOST_STEPS = 100
MOST_HALVINGS = 15
SUFFICIENT_DECREASE = 1e-4
ROUNDING = 1e-7


@dataclass(frozen=True, kw_only=True, eq=False)
class Problems:
    """Problems that differ only in how much each row counts and how strong the penalty is.

    Each minimises the weighted mean of the log losses plus half the penalty times the squared
    weights; the last feature is a constant one, whose weight (the bias) is not penalised.

    Args:
        features: uncorrelated columns (principal axes), and last a column of ones.
        variances: mean square of each column but the last.
        targets: class of each row.
        classes: number of classes.
        row_weights: share of each row in each problem; each problem's sum is one.
        penalties: penalty of each problem.
    """

    features: Float[Tensor, "rows size"]
    variances: Float[Tensor, " size-1"]
    targets: Int[Tensor, " rows"]
    classes: int
    row_weights: Float[Tensor, "rows problems"]
    penalties: Float[Tensor, " problems"]

    def logits(self, point: Float[Tensor, "problems size classes"]) -> Float[Tensor, "rows problems classes"]:
        """Linear outputs of each problem for each row."""
        flat = self.features @ point.transpose(0, 1).flatten(1)
        return flat.view(len(self.features), len(self.penalties), self.classes)

    def value(
        self, point: Float[Tensor, "problems size classes"], logits: Float[Tensor, "rows problems classes"]
    ) -> tuple[Float[Tensor, " problems"], Float[Tensor, "rows problems classes"]]:
        """What each problem minimises, and the log-probabilities."""
        log_probabilities = torch.log_softmax(logits, dim=-1)
        right = log_probabilities[torch.arange(len(logits)), :, self.targets]
        penalty = self.penalties * point[:, :-1].square().sum(dim=(1, 2)) / 2
        return penalty - (right * self.row_weights).sum(dim=0), log_probabilities

    def gradient(
        self,
        point: Float[Tensor, "problems size classes"],
        log_probabilities: Float[Tensor, "rows problems classes"],
    ) -> Float[Tensor, "problems size classes"]:
        """Slope of each problem."""
        errors = log_probabilities.exp()
        errors[torch.arange(len(errors)), :, self.targets] -= 1.0
        errors *= self.row_weights[:, :, None]
        flat = self.features.T @ errors.flatten(1)
        slope = flat.view(-1, len(self.penalties), self.classes).transpose(0, 1).contiguous()
        slope[:, :-1] += self.penalties[:, None, None] * point[:, :-1]
        return slope

    def inverse_curvature(self) -> Float[Tensor, "problems size 1"]:
        """Diagonal guess of the inverse Hessian: that of equal class probabilities."""
        curvature = self.variances / self.classes + self.penalties[:, None]
        bias = torch.full((len(self.penalties), 1), 1.0 / self.classes)
        return 1.0 / torch.cat([curvature, bias], dim=1)[:, :, None]


def solve(
    problems: Problems, start: Float[Tensor, "problems size classes"], *, tolerance: float
) -> tuple[Float[Tensor, "problems size classes"], Float[Tensor, "rows problems classes"]]:
    """Minimises all problems by preconditioned L-BFGS (Nocedal and Wright 2006, algorithm 7.5).

    Each problem has a step length of its own. It ends when no problem falls by more than
    `tolerance` in a step.

    Returns:
        the minimisers, and the log-probabilities they give every row.
    """
    scale = problems.inverse_curvature()
    history: list[tuple[Tensor, Tensor, Tensor]] = []
    point, logits = start, problems.logits(start)
    value, log_probabilities = problems.value(point, logits)
    slope = problems.gradient(point, log_probabilities)
    for _ in range(MOST_STEPS):
        way = _direction(slope, history, scale)
        along, descent = problems.logits(way), _dot(slope, way)[:, 0, 0]
        length = torch.ones_like(value)
        for _ in range(MOST_HALVINGS):
            new_point = point + length[:, None, None] * way
            new_logits = logits + length[None, :, None] * along
            new_value, log_probabilities = problems.value(new_point, new_logits)
            allowed = value + SUFFICIENT_DECREASE * length * descent + ROUNDING * value.abs()
            if bool((new_value <= allowed).all()):
                break
            length = torch.where(new_value <= allowed, length, length / 2)
        new_slope = problems.gradient(new_point, log_probabilities)
        step, change = new_point - point, new_slope - slope
        history = [*history[1 - HISTORY :], (step, change, _inverse(_dot(step, change)))]
        fall = (value - new_value).max()
        point, logits, value, slope = new_point, new_logits, new_value, new_slope
        if fall <= tolerance:
            break
    return point, log_probabilities


def _direction(
    slope: Tensor, history: Sequence[tuple[Tensor, Tensor, Tensor]], scale: Tensor
) -> Float[Tensor, "problems size classes"]:
    """The two-loop recursion (Nocedal and Wright 2006, algorithm 7.4), one problem a column."""
    found, shares = slope.clone(), []
    for step, change, inverse in reversed(history):
        shares.append(_dot(step, found) * inverse)
        found -= shares[-1] * change
    found *= scale
    if history:
        step, change, _ = history[-1]
        ratio = _dot(step, change) * _inverse(_dot(change, scale * change))
        found *= torch.where(ratio > 0, ratio, 1.0)
    for step, change, inverse in history:
        found += step * (shares.pop() - _dot(change, found) * inverse)
    return -found


def _dot(left: Tensor, right: Tensor) -> Float[Tensor, "problems 1 1"]:
    products: Tensor = torch.linalg.vecdot(left.flatten(1), right.flatten(1))
    return products[:, None, None]


def _inverse(positive: Tensor) -> Tensor:
    """One over it; zero where a problem stood still and teaches nothing."""
    return torch.where(positive > 1e-20, 1.0 / positive.clamp_min(1e-20), 0.0)
