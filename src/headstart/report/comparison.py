"""Scores and differences as two plots of points with intervals."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from headstart.report.axis import Axis
from headstart.wording import (
    UNTOUCHED,
    WINNER,
    lead,
    lead_range,
    metric_trait,
    model_label,
    number,
    score,
    score_range,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from headstart.core.evaluation import Comparison
    from headstart.core.result import Result

_SQUEEZED = 0.5


@dataclass(frozen=True, kw_only=True)
class Line:
    """One model in a plot, places in per cent of the axis.

    Args:
        label: name of the model.
        role: what it is in the comparison.
        at: place of the value.
        low: place of the interval's lower end.
        high: place of its upper end.
        text: the value in figures.
        range: the interval in figures.
        kind: `ships`, `winner` or `other`; decides the colour.
        beyond: `left` or `right` where the value lies off the axis.
    """

    label: str
    role: str
    at: float
    low: float
    high: float
    text: str
    range: str
    kind: str
    beyond: str = ""


@dataclass(frozen=True, kw_only=True)
class Tick:
    """A place on the axis with its figure."""

    at: float
    text: str


@dataclass(frozen=True, kw_only=True)
class Plot:
    """Lines over one axis.

    Args:
        lines: best first.
        ticks: places with figures.
        zero: place of no difference, None in a plot of scores.
        band: places of minus and plus the margin, None in a plot of scores.
    """

    lines: tuple[Line, ...]
    ticks: tuple[Tick, ...]
    zero: float | None = None
    band: tuple[float, float] | None = None


def score_plot(result: Result) -> Plot:
    """The score of every measured model with its interval, best first."""
    scores, metric = result.evaluation.scores, result.evaluation.metric
    # What a reader looks for is never what lies off the axis.
    stay = [at for at, name in enumerate(scores) if name in (WINNER, result.verdict.ships)]
    axis = Axis.over(_focus([(each.low, each.value, each.high) for each in scores.values()], stay=stay))
    sign = 1 if metric_trait(metric, "greater_is_better", True) else -1
    lines = tuple(
        Line(
            label=model_label(name, result),
            role=_role(name, result),
            at=axis.share(each.value),
            low=axis.share(_end(each.low, each.value)),
            high=axis.share(_end(each.high, each.value)),
            beyond=axis.beyond(each.value),
            text=score(each.value, metric),
            range=score_range(each.low, each.high, metric),
            kind=_kind(name, result),
        )
        for name, each in sorted(scores.items(), key=lambda item: -sign * item[1].value)
    )
    return Plot(lines=lines, ticks=_ticks(axis))


def difference_plot(result: Result) -> Plot:
    """The winner's lead over every baseline against zero and the margin, least lead first."""
    comparisons, margin = result.evaluation.comparisons, result.verdict.margin
    metric = result.evaluation.metric
    spans = [(each.low, each.difference, each.high) for each in comparisons.values()]
    axis = Axis.over(_focus(spans, always=(-margin, 0.0, margin)))
    lines = tuple(
        Line(
            label=f"over {model_label(name, result)}",
            role=_standing(each),
            at=axis.share(each.difference),
            low=axis.share(_end(each.low, each.difference)),
            high=axis.share(_end(each.high, each.difference)),
            beyond=axis.beyond(each.difference),
            text=lead(each.difference, metric),
            range=lead_range(each.low, each.high, metric),
            kind="winner" if each.low > 0 else "other",
        )
        for name, each in sorted(comparisons.items(), key=lambda item: item[1].difference)
    )
    band = (axis.share(-margin), axis.share(margin))
    return Plot(lines=lines, ticks=_ticks(axis), zero=axis.share(0.0), band=band)


def _focus(
    spans: list[tuple[float, float, float]], *, always: tuple[float, ...] = (), stay: Sequence[int] = ()
) -> list[float]:
    """The ends that the axis must show: one model far off would squeeze all the others together.

    Args:
        spans: low end, value and high end of each model.
        always: further places to show.
        stay: the models that are shown however far off they are.
    """
    whole = [[end for end in span if math.isfinite(end)] for span in spans]
    every = [*always, *(end for span in whole for end in span)]
    for left_out in set(range(len(whole))) - set(stay) if len(whole) > 2 else ():
        kept = [*always, *(end for at, span in enumerate(whole) if at != left_out for end in span)]
        if kept and max(kept) - min(kept) < _SQUEEZED * (max(every) - min(every)):
            return kept
    return every


def _end(end: float, value: float) -> float:
    """The end of an interval; the value itself where there is none, as of one group of test rows alone."""
    return value if math.isnan(end) else end


def _standing(each: Comparison) -> str:
    if each.low > 0:
        return "ahead beyond chance"
    return "behind beyond chance" if each.high < 0 else "can't be told apart"


def _ticks(axis: Axis) -> tuple[Tick, ...]:
    return tuple(Tick(at=axis.share(value), text=number(value, axis.digits)) for value in axis.ticks)


def _kind(name: str, result: Result) -> str:
    if name == result.verdict.ships:
        return "ships"
    return "winner" if name == WINNER else "other"


def _role(name: str, result: Result) -> str:
    role = {WINNER: "best adaptation on dev", UNTOUCHED: "not a baseline"}.get(name, "baseline")
    return f"{role}, ships" if name == result.verdict.ships else role
