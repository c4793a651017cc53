"""Mean reciprocal rank within the first ten passages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from headstart.metrics._rankings import hits_of, mean

if TYPE_CHECKING:
    from jaxtyping import Float
    from numpy import ndarray

    from headstart.core.predictions import Predictions

DEPTH = 10


@dataclass(frozen=True, kw_only=True)
class MrrAt10:
    """One over the rank of the first right passage, 0 where none is among the first ten.

    Voorhees 1999, section 3; cut at ten as MS MARCO does (Bajaj et al. 2016).
    """

    label: ClassVar[str] = "MRR@10"
    needs: ClassVar[str] = "ranked"
    greater_is_better: ClassVar[bool] = True
    unit: ClassVar[float] = 0.01

    def stats(self, gold: Any, predictions: Predictions) -> Float[ndarray, "rows 1"]:
        """The reciprocal rank of each row."""
        return np.asarray((hits_of(gold, predictions, DEPTH) / (np.arange(DEPTH) + 1.0)).max(axis=1)[:, None])

    def value(self, stats: Float[ndarray, "rows 1"]) -> float:
        """The mean; not-a-number without rows."""
        return mean(stats)
