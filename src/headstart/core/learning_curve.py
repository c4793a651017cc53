"""How quality grew with training rows, and what more of them are expected to give."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class CurvePoint:
    """A score that was measured after a fit.

    Args:
        rows: training rows of the fit.
        score: the metric.
        error: its standard error, from the rows it was measured on.
        measured_on: `dev` or `test`.
    """

    rows: int
    score: float
    error: float
    measured_on: str = "dev"


@dataclass(frozen=True, kw_only=True)
class Forecast:
    """The score that a fit on so many training rows is expected to have.

    Args:
        rows: training rows.
        value: median of what is expected; never worse for more rows.
        low: lower end of the interval of the score.
        high: upper end.
        gain: how much better that is than what is expected of the largest size measured, the sign
            turned where less is better; never below nought.
        gain_low: lower end of the interval of the gain.
        gain_high: upper end.
    """

    rows: int
    value: float
    low: float
    high: float
    gain: float
    gain_low: float
    gain_high: float


@dataclass(frozen=True, kw_only=True)
class LearningCurve:
    """One model's scores by training rows, and where they are expected to go.

    Args:
        model: `winner` or the name of a baseline.
        points: what was measured, fewest rows first.
        level: probability with which an interval of the forecasts is meant to hold the score.
        twice: forecast for twice the labelled rows that the largest fit had.
        five_times: forecast for five times as many.
        fan: forecasts from that size on to five times as many, for a chart.
        single: whether it is of single fits where what was tested is made of several, which is better.
        of: the member that it is of, as people call it, where the winner is a combination of several.
    """

    model: str
    points: tuple[CurvePoint, ...]
    level: float
    twice: Forecast
    five_times: Forecast
    fan: tuple[Forecast, ...]
    single: bool = False
    of: str = ""
