"""From dev predictions to the rule that turns probabilities into labels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from headstart.core.decision import Decision

if TYPE_CHECKING:
    from jaxtyping import Int
    from numpy import ndarray

    from headstart.core.predictions import Predictions


@dataclass(frozen=True, kw_only=True)
class Wish:
    """How a person wants labels to be given.

    Args:
        positive: index of the class that `min_precision` speaks of.
        min_precision: least precision of that class.
        costs: cost of predicting column j when row i is true.
        abstain_below: confidence under which no label is given.
    """

    positive: int | None = None
    min_precision: float | None = None
    costs: tuple[tuple[float, ...], ...] | None = None
    abstain_below: float | None = None
