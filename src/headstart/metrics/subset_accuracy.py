"""Share of rows that got exactly their labels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from headstart.metrics._label_sets import chosen_of, true_of

if TYPE_CHECKING:
    from jaxtyping import Float
    from numpy import ndarray

    from headstart.core.predictions import Predictions


@dataclass(frozen=True, kw_only=True)
class SubsetAccuracy:
    """Share of rows that got all of their labels and no other."""

    label: ClassVar[str] = "subset accuracy"
    needs: ClassVar[str] = "chosen"
    greater_is_better: ClassVar[bool] = True
    unit: ClassVar[float] = 0.01

    def stats(
        self, gold: Float[ndarray, "rows labels"], predictions: Predictions
    ) -> Float[ndarray, "rows 1"]:
        """1 where the set is right, else 0."""
        same = (true_of(gold) == chosen_of(predictions)).all(axis=1)
        return np.asarray(same, dtype=np.float64)[:, None]

    def value(self, stats: Float[ndarray, "rows 1"]) -> float:
        """The share that is right; not-a-number without rows."""
        return float(stats.mean()) if len(stats) else float("nan")
