"""How often a model is right by how sure it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from headstart.core.diagnosis import CalibrationBin

if TYPE_CHECKING:
    from jaxtyping import Bool, Float
    from numpy import ndarray

BINS = 10


def calibration_bins(
    confidence: Float[ndarray, " rows"], right: Bool[ndarray, " rows"]
) -> tuple[CalibrationBin, ...]:
    """Rows in bins of equal width by confidence; empty ones are left out, and rows without a number.

    Args:
        confidence: probability of the answer given to each row.
        right: whether it is the true one.
    """
    sure = np.isfinite(confidence)
    placed = np.clip(np.ceil(confidence[sure] * BINS) - 1, 0, BINS - 1).astype(np.int64)
    counts = np.bincount(placed, minlength=BINS)
    confidences = np.bincount(placed, weights=confidence[sure], minlength=BINS)
    rights = np.bincount(placed, weights=right[sure], minlength=BINS)
    return tuple(
        CalibrationBin(
            rows=int(counts[index]),
            confidence=float(confidences[index] / counts[index]),
            accuracy=float(rights[index] / counts[index]),
        )
        for index in np.flatnonzero(counts)
    )
