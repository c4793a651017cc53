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
    weights; the last feature is a constant one, whose weight (the bias) is not penalised. Rows stand
    last in what is computed of them, since a softmax over a short last axis takes ten times as long.

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
    row_weights: Float[Tensor, "problems rows"]
    penalties: Float[Tensor, " problems"]

    def logits(self, point: Float[Tensor, "problems classes size"]) -> Float[Tensor, "problems classes rows"]:
        """Linear outputs of each problem for each row."""
        return (point.flatten(0, 1) @ self.features.T).view(len(point), self.classes, -1)

    def value(
        self, point: Float[Tensor, "problems classes size"], logits: Float[Tensor, "problems classes rows"]
    ) -> tuple[Float[Tensor, " problems"], Float[Tensor, "problems classes rows"]]:
        """What each problem minimises, and the log-probabilities."""
        log_probabilities = torch.log_softmax(logits, dim=1)
        right = log_probabilities.gather(1, self._own)[:, 0]
        penalty = self.penalties * point[..., :-1].square().sum(dim=(1, 2)) / 2
        losses: Tensor = torch.linalg.vecdot(right, self.row_weights)
        return penalty - losses, log_probabilities

    def gradient(
        self,
        point: Float[Tensor, "problems classes size"],
        log_probabilities: Float[Tensor, "problems classes rows"],
    ) -> Float[Tensor, "problems classes size"]:
        """Slope of each problem."""
        errors = log_probabilities.exp().mul_(self.row_weights[:, None])
        errors.scatter_add_(1, self._own, -self.row_weights[:, None])
        slope = (errors.flatten(0, 1) @ self.features).view(point.shape)
        slope[..., :-1] += self.penalties[:, None, None] * point[..., :-1]
        return slope

    def inverse_curvature(self) -> Float[Tensor, "problems 1 size"]:
        """Diagonal guess of the inverse Hessian: that of equal class probabilities."""
        curvature = self.variances / self.classes + self.penalties[:, None]
        bias = torch.full((len(self.penalties), 1), 1.0 / self.classes)
        return 1.0 / torch.cat([curvature, bias], dim=1)[:, None]

    @property
    def _own(self) -> Int[Tensor, "problems 1 rows"]:
        """Where, among the classes, the row's own stands."""
        return self.targets.expand(len(self.penalties), 1, -1)


def solve(
    problems: Problems, start: Float[Tensor, "problems classes size"], *, tolerance: float
) -> tuple[Float[Tensor, "problems classes size"], Float[Tensor, "problems classes rows"]]:
    """Minimises all problems by preconditioned L-BFGS (Nocedal and Wright 2006, algorithm 7.5).

    Each problem has a step length of its own. It ends when half the Newton decrement, which foretells
    how far a problem will still fall, is at most `tolerance` for all (Boyd and Vandenberghe 2004,
    section 9.5.1); unlike a difference of two losses it is not lost in rounding.

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
        descent = _dot(slope, way)[:, 0, 0]
        if float(-descent.min()) / 2 <= tolerance:
            break
        along = problems.logits(way)
        length = torch.ones_like(value)
        for _ in range(MOST_HALVINGS):
            new_point = point + length[:, None, None] * way
            new_logits = logits + length[:, None, None] * along
            new_value, log_probabilities = problems.value(new_point, new_logits)
            allowed = value + SUFFICIENT_DECREASE * length * descent + ROUNDING * value.abs()
            if bool((new_value <= allowed).all()):
                break
            length = torch.where(new_value <= allowed, length, length / 2)
        new_slope = problems.gradient(new_point, log_probabilities)
        step, change = new_point - point, new_slope - slope
        history = [*history[1 - HISTORY :], (step, change, _inverse(_dot(step, change)))]
        point, logits, value, slope = new_point, new_logits, new_value, new_slope
    return point, log_probabilities


def _direction(
    slope: Tensor, history: Sequence[tuple[Tensor, Tensor, Tensor]], scale: Tensor
) -> Float[Tensor, "problems classes size"]:
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
