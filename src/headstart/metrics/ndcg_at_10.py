"""Normalised discounted cumulative gain of the first ten passages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from headstart.metrics._rankings import hits_of, mean, sizes_of

if TYPE_CHECKING:
    from jaxtyping import Float
    from numpy import ndarray

    from headstart.core.predictions import Predictions

DEPTH = 10
DISCOUNTS = 1.0 / np.log2(np.arange(DEPTH) + 2.0)


@dataclass(frozen=True, kw_only=True)
class NdcgAt10:
    """How high right passages stand, one at rank r counting 1 / log2(r + 1), over the best that could be.

    Jaervelin and Kekaelaeinen 2002, sections 2.2 and 2.3, with the discount of trec_eval; a passage is
    right or wrong, and nothing in between.
    """

    label: ClassVar[str] = "nDCG@10"
    needs: ClassVar[str] = "ranked"
    greater_is_better: ClassVar[bool] = True
    unit: ClassVar[float] = 0.01

    def stats(self, gold: Any, predictions: Predictions) -> Float[ndarray, "rows 1"]:
        """The gain of each row's ranking."""
        gains = hits_of(gold, predictions, DEPTH) @ DISCOUNTS
        best = np.concatenate([[0.0], np.cumsum(DISCOUNTS)])[np.minimum(sizes_of(gold), DEPTH)]
        return np.asarray((gains / np.maximum(best, DISCOUNTS[-1]))[:, None])

    def value(self, stats: Float[ndarray, "rows 1"]) -> float:
        """The mean; not-a-number without rows."""
        return mean(stats)
