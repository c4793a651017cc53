"""A numeric axis: from values to shares of its length, with round ticks."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_ROOM, _LEAST_SPAN, _MOST_DIGITS = 0.06, 1e-3, 6
_NICE = (1.0, 2.0, 2.5, 5.0, 10.0)


@dataclass(frozen=True, kw_only=True)
class Axis:
    """A span of values.

    Args:
        low: value at the left end.
        high: value at the right end.
        ticks: round values within the span.
    """

    low: float
    high: float
    ticks: tuple[float, ...]

    @classmethod
    def over(cls, values: Iterable[float], *, parts: int = 6) -> Axis:
        """An axis that holds all finite values, with a little room at both ends."""
        finite = [value for value in values if math.isfinite(value)] or [0.0, 1.0]
        low, high = min(finite), max(finite)
        span = max(high - low, _LEAST_SPAN * max(abs(low), abs(high), 1.0))
        middle = (low + high) / 2
        low, high = middle - (0.5 + _ROOM) * span, middle + (0.5 + _ROOM) * span
        step = _step((high - low) / parts)
        first = math.ceil(low / step)
        last = math.floor(high / step)
        return cls(low=low, high=high, ticks=tuple(round(at * step, 10) for at in range(first, last + 1)))

    @property
    def digits(self) -> int:
        """Decimals that tell the ticks apart."""
        return next((digits for digits in range(_MOST_DIGITS) if self._told_apart(digits)), _MOST_DIGITS)

    def share(self, value: float) -> float:
        """Place of a value in per cent of the length, kept within the ends."""
        return round(100 * min(1.0, max(0.0, (value - self.low) / (self.high - self.low))), 2)

    def beyond(self, value: float) -> str:
        """`left` or `right` where a value lies off the axis, else nothing."""
        return "left" if value < self.low else "right" if value > self.high else ""

    def _told_apart(self, digits: int) -> bool:
        return all(abs(round(tick, digits) - tick) < 1e-9 * max(1.0, abs(tick)) for tick in self.ticks)


def _step(rough: float) -> float:
    scale = float(10 ** math.floor(math.log10(rough)))
    return next(nice * scale for nice in _NICE if nice * scale >= rough * 0.999)
