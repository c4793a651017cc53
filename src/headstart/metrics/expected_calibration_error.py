"""How far confidence is from accuracy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from headstart.metrics._counts import probabilities_of

if TYPE_CHECKING:
    from jaxtyping import Float, Int
    from numpy import ndarray

    from headstart.core.predictions import Predictions

BINS = 15


@dataclass(frozen=True, kw_only=True)
class ExpectedCalibrationError:
    """Mean distance between confidence and accuracy over equal bins of confidence.

    Guo et al. 2017, equation 3, with their 15 bins.
    """

    label: ClassVar[str] = "calibration error"
    needs: ClassVar[str] = "probabilities"
    greater_is_better: ClassVar[bool] = False
    unit: ClassVar[float] = 0.01

    def stats(self, gold: Int[ndarray, " rows"], predictions: Predictions) -> Float[ndarray, "rows 3"]:
        """Bin of the confidence, the confidence, and whether the most probable label is right."""
        probabilities = probabilities_of(predictions).astype(np.float64)
        confidence = probabilities.max(axis=1)
        bins = np.clip(np.ceil(confidence * BINS) - 1, 0, BINS - 1)
        return np.column_stack([bins, confidence, probabilities.argmax(axis=1) == gold])

    def value(self, stats: Float[ndarray, "rows 3"]) -> float:
        """The weighted mean distance; not-a-number without rows or where a probability is undefined."""
        if not len(stats) or np.isnan(stats[:, 1]).any():
            return float("nan")
        gaps = np.bincount(stats[:, 0].astype(np.int64), weights=stats[:, 1] - stats[:, 2])
        return float(np.abs(gaps).sum() / len(stats))
