"""Share of texts that were produced to the letter."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from headstart.metrics._texts import text_pairs

if TYPE_CHECKING:
    from jaxtyping import Float
    from numpy import ndarray

    from headstart.core.predictions import Predictions


@dataclass(frozen=True, kw_only=True)
class TextExactMatch:
    """Share of rows whose text equals one of its references; how blanks are set does not count."""

    label: ClassVar[str] = "exact match"
    needs: ClassVar[str] = "texts"
    greater_is_better: ClassVar[bool] = True
    unit: ClassVar[float] = 0.01

    def stats(self, gold: Any, predictions: Predictions) -> Float[ndarray, "rows 1"]:
        """1 where the text is right, else 0."""
        right = [
            text.split() in [each.split() for each in references]
            for text, references in text_pairs(gold, predictions)
        ]
        return np.asarray(right, dtype=np.float64).reshape(-1, 1)

    def value(self, stats: Float[ndarray, "rows 1"]) -> float:
        """The share that is right; not-a-number without rows."""
        return float(stats.mean()) if len(stats) else float("nan")
