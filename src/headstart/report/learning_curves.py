"""Scores by training rows, and where they are expected to go, as a chart."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from headstart.report.axis import Axis
from headstart.wording import WINNER, expectation, model_label, number, score, score_range

if TYPE_CHECKING:
    from headstart.core.learning_curve import CurvePoint, Forecast, LearningCurve
    from headstart.core.result import Result

WIDTH, HEIGHT = 620, 240
# Standard errors from a score to either end of its 80 % interval.
FACTOR = 1.2816


@dataclass(frozen=True, kw_only=True)
class Mark:
    """A score with its interval; places in pixels, counted from the top left corner.

    Args:
        x: place of the training rows.
        y: place of the score.
        low: place of the interval's lower end.
        high: place of its upper end.
        kind: `dev`, `test` or `expected`.
        text: what it stands for, in words.
    """

    x: float
    y: float
    low: float
    high: float
    kind: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Drawn:
    """One model in the chart.

    Args:
        label: its name.
        kind: `winner` or `other`.
        marks: what was measured, then what is expected of twice and of five times the rows.
        path: the middle of the forecast, as points of a line.
        fan: its interval, as points of a polygon.
    """

    label: str
    kind: str
    marks: tuple[Mark, ...]
    path: str
    fan: str


@dataclass(frozen=True, kw_only=True)
class Chart:
    """Curves over training rows, which are told in the logarithm.

    Args:
        sentence: what is expected of the winner, in words.
        curves: baseline first, so that the winner lies on top.
        across: place and figure of the ticks of the rows.
        along: place and figure of the ticks of the score.
        width: of the chart.
        height: of the chart.
    """

    sentence: str
    curves: tuple[Drawn, ...]
    across: tuple[tuple[float, str], ...]
    along: tuple[tuple[float, str], ...]
    width: int = WIDTH
    height: int = HEIGHT


@dataclass(frozen=True, kw_only=True)
class _Scales:
    fewest: int
    most: int
    axis: Axis
    metric: str

    def x(self, rows: int) -> float:
        return round(WIDTH * math.log(rows / self.fewest) / math.log(self.most / self.fewest), 1)

    def y(self, value: float) -> float:
        return round(HEIGHT * (1 - self.axis.share(value) / 100), 1)


def learning_curves(result: Result) -> Chart | None:
    """The chart of what was measured and forecast, or None where that was not done."""
    growth = result.verdict.growth
    curves = growth.curves if growth else ()
    winner = next((each for each in curves if each.model == WINNER), None)
    if winner is None:
        return None
    scales = _Scales(
        fewest=min(each.rows for curve in curves for each in curve.points),
        most=max(curve.five_times.rows for curve in curves),
        axis=Axis.over((end for curve in curves for end in _ends(curve)), parts=5),
        metric=result.evaluation.metric,
    )
    # The rows of the fits that dev and test rows judge are too alike for a tick each.
    tested = winner.points[-1].measured_on == "test"
    shares = [*winner.points[:-2], winner.points[-1]] if tested else winner.points
    rows = (*(each.rows for each in shares), winner.twice.rows, winner.five_times.rows)
    return Chart(
        sentence=expectation(winner, model_label(WINNER, result), result.evaluation.metric),
        curves=tuple(_drawn(each, scales, result) for each in reversed(curves)),
        across=tuple((scales.x(each), f"{each:,}") for each in rows),
        along=tuple((scales.y(each), number(each, scales.axis.digits)) for each in scales.axis.ticks),
    )


def _ends(curve: LearningCurve) -> list[float]:
    measured = [each.score + side * each.error for each in curve.points for side in (-FACTOR, FACTOR)]
    return [*measured, *(end for each in curve.fan for end in (each.low, each.high))]


def _drawn(curve: LearningCurve, scales: _Scales, result: Result) -> Drawn:
    places = [(scales.x(each.rows), each) for each in curve.fan]
    above = [f"{x},{scales.y(each.high)}" for x, each in places]
    below = [f"{x},{scales.y(each.low)}" for x, each in reversed(places)]
    expected = (("twice", curve.twice), ("five times", curve.five_times))
    return Drawn(
        label=curve.of or model_label(curve.model, result),
        kind="winner" if curve.model == WINNER else "other",
        marks=(
            *(_measured(each, scales) for each in curve.points),
            *(_expected(each, name, scales) for name, each in expected),
        ),
        path=" ".join(f"{x},{scales.y(each.value)}" for x, each in places),
        fan=" ".join([*above, *below]),
    )


def _measured(point: CurvePoint, scales: _Scales) -> Mark:
    return Mark(
        x=scales.x(point.rows),
        y=scales.y(point.score),
        low=scales.y(point.score - FACTOR * point.error),
        high=scales.y(point.score + FACTOR * point.error),
        kind=point.measured_on,
        text=f"{point.rows:,} training rows: {score(point.score, scales.metric)} on {point.measured_on} rows",
    )


def _expected(forecast: Forecast, times: str, scales: _Scales) -> Mark:
    return Mark(
        x=scales.x(forecast.rows),
        y=scales.y(forecast.value),
        low=scales.y(forecast.low),
        high=scales.y(forecast.high),
        kind="expected",
        text=f"{times} the labels, {forecast.rows:,}: {score(forecast.value, scales.metric)} expected, "
        f"{score_range(forecast.low, forecast.high, scales.metric)}",
    )
