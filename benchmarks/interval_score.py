"""How good intervals are: narrow, and right as often as they say."""

from __future__ import annotations

from statistics import mean
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def interval_score(low: float, high: float, value: float, *, covered: float) -> float:
    """Width plus a penalty for a miss (Gneiting and Raftery 2007, equation 43); less is better."""
    miss = max(low - value, value - high, 0.0)
    return (high - low) + 2.0 / (1.0 - covered) * miss


def summary(intervals: Sequence[tuple[float, float, float]], *, covered: float) -> dict[str, float]:
    """Coverage, mean width and mean score of intervals.

    Args:
        intervals: low end, high end and the value that came, of each.
        covered: share of values that the intervals should hold.
    """
    return {
        "intervals": len(intervals),
        "coverage": round(mean(low <= value <= high for low, high, value in intervals), 3),
        "width": round(mean(high - low for low, high, _ in intervals), 3),
        "score": round(mean(interval_score(*each, covered=covered) for each in intervals), 3),
    }
