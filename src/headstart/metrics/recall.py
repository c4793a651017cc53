"""How many of the positive rows are found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from headstart.metrics._counts import positive_pairs
from headstart.metrics._without import positives_without, shares

if TYPE_CHECKING:
    from jaxtyping import Float, Int
    from numpy import ndarray

    from headstart.core.predictions import Predictions


@dataclass(frozen=True, kw_only=True)
class Recall:
    """Share of the rows of the positive class that are predicted positive.

    Args:
        positive: index of the class that counts as positive.
    """

    label: ClassVar[str] = "recall"
    needs: ClassVar[str] = "labels"
    greater_is_better: ClassVar[bool] = True
    unit: ClassVar[float] = 0.01

    positive: int = 1

    def stats(self, gold: Int[ndarray, " rows"], predictions: Predictions) -> Float[ndarray, "rows 2"]:
        """Whether the row is positive and whether it is predicted to be."""
        return positive_pairs(gold, predictions, self.positive)

    def value(self, stats: Float[ndarray, "rows 2"]) -> float:
        """Recall; 0 where no row is positive, not-a-number without rows."""
        if not len(stats):
            return float("nan")
        positive = stats[:, 0].sum()
        return float(stats[:, 0] @ stats[:, 1] / positive) if positive else 0.0

    def without(
        self, stats: Float[ndarray, "rows 2"], blocks: Int[ndarray, " rows"]
    ) -> Float[ndarray, " blocks"]:
        right, below, _, rows = positives_without(stats, blocks)
        return shares(right, below, rows)
