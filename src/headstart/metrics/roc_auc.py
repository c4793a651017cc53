"""Area under the ROC curve."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from headstart.metrics._counts import positive_ranks, rank_counts

if TYPE_CHECKING:
    from jaxtyping import Float, Int
    from numpy import ndarray

    from headstart.core.predictions import Predictions


@dataclass(frozen=True, kw_only=True)
class RocAuc:
    """How likely a positive row is ranked above another one, ties counting half.

    The Mann-Whitney form of the area under the ROC curve (Hanley and McNeil 1982, equation 1).

    Args:
        positive: index of the class that counts as positive.
    """

    label: ClassVar[str] = "ROC AUC"
    needs: ClassVar[str] = "probabilities"
    greater_is_better: ClassVar[bool] = True
    unit: ClassVar[float] = 0.01

    positive: int = 1

    def stats(self, gold: Int[ndarray, " rows"], predictions: Predictions) -> Float[ndarray, "rows 2"]:
        """Rank of the probability of the positive class, and whether the row is of it."""
        return positive_ranks(gold, predictions, self.positive)

    def value(self, stats: Float[ndarray, "rows 2"]) -> float:
        """The area; not-a-number where rows of one side are missing or a probability is undefined."""
        counts = rank_counts(stats)
        if counts is None:
            return float("nan")
        positive, rest = counts
        pairs = float(positive.sum()) * float(rest.sum())
        if not pairs:
            return float("nan")
        below = np.cumsum(rest) - 0.5 * rest
        return float(positive @ below) / pairs
