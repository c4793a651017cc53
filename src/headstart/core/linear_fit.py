"""A linear layer on raw vectors, with what rows that it had not seen say of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from jaxtyping import Float, Int
    from numpy import ndarray


@dataclass(frozen=True, kw_only=True, eq=False)
class FitWish:
    """How a linear layer is to be fitted.

    Args:
        groups: cluster of each vector, so that no cluster lies in two folds; each its own when None.
        weights: how much each counts; all alike when None.
        strengths: penalties to choose from by folds; chosen freely when empty.
        seed: decides the folds.
    """

    groups: Int[ndarray, " points"] | None = None
    weights: Float[ndarray, " points"] | None = None
    strengths: Sequence[float] = ()
    seed: int = 0


@dataclass(frozen=True, kw_only=True, eq=False)
class LinearFit:
    """Outputs are `features @ weight.T + bias`.

    Args:
        weight: one line per output.
        bias: one number per output.
        strength: penalty per row on squared weights, of features centred and scaled to unit mean
            square length.
        out_of_fold: outputs (log-probabilities of classes) for each training row from a fit that had not
            seen its cluster; None when there were too few clusters for folds.
        losses: mean loss out of fold by strength tried.
        row_losses: loss of each row out of fold, at the strength chosen.
    """

    weight: Float[ndarray, "outputs width"]
    bias: Float[ndarray, " outputs"]
    strength: float
    out_of_fold: Float[ndarray, "rows outputs"] | None = None
    losses: Mapping[float, float] = field(default_factory=dict)
    row_losses: Float[ndarray, " rows"] | None = None
