"""Area under the precision-recall curve."""

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
class PrAuc:
    """Average precision: precision at each rank, weighted by the recall it adds.

    The step-wise sum, without interpolation (Manning, Raghavan and Schuetze 2008, section 8.4).

    Args:
        positive: index of the class that counts as positive.
    """

    label: ClassVar[str] = "PR AUC"
    needs: ClassVar[str] = "probabilities"
    greater_is_better: ClassVar[bool] = True
    unit: ClassVar[float] = 0.01

    positive: int = 1

    def stats(self, gold: Int[ndarray, " rows"], predictions: Predictions) -> Float[ndarray, "rows 2"]:
        """Rank of the probability of the positive class, and whether the row is of it."""
        return positive_ranks(gold, predictions, self.positive)

    def value(self, stats: Float[ndarray, "rows 2"]) -> float:
        """Average precision; not-a-number without positive rows or where a probability is undefined."""
        counts = rank_counts(stats)
        if counts is None or not counts[0].any():
            return float("nan")
        positive, rest = (each[::-1] for each in counts)
        found = np.cumsum(positive)
        precision = found / np.maximum(found + np.cumsum(rest), 1)
        return float(positive @ precision) / float(found[-1])
