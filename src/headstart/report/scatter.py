"""Predicted against true numbers, ready to be drawn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from headstart.report.axis import Axis
from headstart.wording import figure

if TYPE_CHECKING:
    from headstart.core.diagnosis import Diagnosis

SIDE = 320


@dataclass(frozen=True, kw_only=True)
class Mark:
    """A round value on the axes, and its place in pixels from the left or from the bottom."""

    at: float
    text: str


@dataclass(frozen=True, kw_only=True)
class Scatter:
    """Dots in a square of side `SIDE` pixels, both axes alike.

    Args:
        dots: places from the left (true number) and from the top (predicted number).
        marks: round values.
        band: how far, in pixels, half of the rows stay from the diagonal.
    """

    dots: tuple[tuple[float, float], ...]
    marks: tuple[Mark, ...]
    band: float


def scatter(diagnosis: Diagnosis) -> Scatter | None:
    """The plot of a model that predicts numbers, or None for others."""
    numbers = diagnosis.numbers
    if numbers is None or not numbers.points:
        return None
    axis = Axis.over([each for point in numbers.points for each in point], parts=5)

    def place(value: float) -> float:
        return round(SIDE * axis.share(value) / 100, 1)

    return Scatter(
        dots=tuple((place(true), round(SIDE - place(given), 1)) for true, given in numbers.points),
        marks=tuple(Mark(at=place(value), text=figure(value)) for value in axis.ticks),
        band=round(SIDE * numbers.quartiles[1] / (axis.high - axis.low), 1),
    )
