"""How often the model is right against how sure it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from headstart.wording import percent

if TYPE_CHECKING:
    from headstart.core.diagnosis import Diagnosis

SIDE = 260
_LEAST, _MOST = 3.0, 11.0


@dataclass(frozen=True, kw_only=True)
class Dot:
    """Rows of like confidence; places in pixels of a square of side `SIDE`.

    Args:
        x: place of the mean confidence.
        y: place of the share that was right, counted from the top.
        radius: its area tells the rows.
        text: what it stands for, in words.
    """

    x: float
    y: float
    radius: float
    text: str


@dataclass(frozen=True, kw_only=True)
class Calibration:
    """The dots of the plot and what they say together.

    Args:
        dots: from least to most confident.
        gap: mean distance of the dots from the diagonal, weighted by rows.
        leaning: whether it is sure too often, too seldom, or about right.
    """

    dots: tuple[Dot, ...]
    gap: float
    leaning: str


def calibration(diagnosis: Diagnosis) -> Calibration | None:
    """The reliability diagram of a model, or None without probabilities (Guo et al. 2017, section 2)."""
    bins = [each for each in diagnosis.calibration if each.rows]
    if not bins:
        return None
    rows = sum(each.rows for each in bins)
    gap = sum(each.rows * abs(each.confidence - each.accuracy) for each in bins) / rows
    lean = sum(each.rows * (each.confidence - each.accuracy) for each in bins) / rows
    most = max(each.rows for each in bins)
    dots = tuple(
        Dot(
            x=round(SIDE * each.confidence, 1),
            y=round(SIDE * (1 - each.accuracy), 1),
            radius=round(max(_LEAST, _MOST * (each.rows / most) ** 0.5), 1),
            text=f"{each.rows:,} rows: {percent(each.confidence)} sure, {percent(each.accuracy)} right",
        )
        for each in bins
    )
    return Calibration(dots=dots, gap=gap, leaning=_leaning(lean))


def _leaning(lean: float) -> str:
    if abs(lean) < 0.03:
        return "on the whole it is about as sure as it is right"
    return (
        "on the whole it is surer than it is right"
        if lean > 0
        else "on the whole it is less sure than it is right"
    )
