"""Share of words that got their tag."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

if TYPE_CHECKING:
    from jaxtyping import Float
    from numpy import ndarray

    from headstart.core.predictions import Predictions


@dataclass(frozen=True, kw_only=True)
class TagAccuracy:
    """Share of words that got their true tag; high where most words are outside of any entity."""

    label: ClassVar[str] = "tag accuracy"
    needs: ClassVar[str] = "tags"
    greater_is_better: ClassVar[bool] = True
    unit: ClassVar[float] = 0.01

    def stats(self, gold: Any, predictions: Predictions) -> Float[ndarray, "rows 2"]:
        """Words that are right, and words."""
        if predictions.tags is None or predictions.sizes is None:
            raise ValueError("this metric reads tags, and these predictions have none")
        given = np.split(np.asarray(predictions.tags), np.cumsum(predictions.sizes)[:-1])
        counts = [
            (int((np.asarray(true) == mine).sum()), len(mine))
            for true, mine in zip(gold, given if len(predictions.sizes) else (), strict=True)
        ]
        return np.asarray(counts, dtype=np.float64).reshape(-1, 2)

    def value(self, stats: Float[ndarray, "rows 2"]) -> float:
        """The share; not-a-number without words."""
        right, words = stats.sum(axis=0) if len(stats) else (0.0, 0.0)
        return float(right / words) if words else float("nan")
