"""The interval of a mean of paired differences by the textbook, with the farthest row counted once more."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from scipy import stats

if TYPE_CHECKING:
    from numpy import ndarray


def error_of(changes: ndarray) -> float:
    """Standard error of their mean."""
    squares = (changes - changes.mean()) ** 2
    return math.sqrt((squares.sum() + squares.max()) / (len(changes) * (len(changes) - 1)))


def interval_of(changes: ndarray) -> tuple[float, float]:
    """Student's 95 % interval of their mean."""
    low, high = stats.t.interval(0.95, len(changes) - 1, loc=changes.mean(), scale=error_of(changes))
    return float(low), float(high)
