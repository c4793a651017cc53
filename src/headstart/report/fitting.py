"""The training's curve, drawn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from headstart.report.axis import Axis
from headstart.wording import number

if TYPE_CHECKING:
    from collections.abc import Iterable

    from headstart.core.curve import Curve
    from headstart.core.fitting import Fitting

WIDTH, HEIGHT = 420, 190
BADGES = {
    "overfitting": "It fitted its training rows too closely",
    "underfitting": "It could have learnt more",
    "well fitted": "It learnt as much as it should",
    "not known": "How well it was trained can't be told",
}


@dataclass(frozen=True, kw_only=True)
class Mark:
    """A point of a line, places in pixels from the top left, with what it stands for in words."""

    x: float
    y: float
    text: str


@dataclass(frozen=True, kw_only=True)
class CurveLine:
    """One line of the chart.

    Args:
        name: what it shows.
        kind: `train` or `dev`; decides the colour.
        marks: its points.
    """

    name: str
    kind: str
    marks: tuple[Mark, ...]


@dataclass(frozen=True, kw_only=True)
class CurveTick:
    """A place on an axis in pixels, with its figure."""

    at: float
    text: str


@dataclass(frozen=True, kw_only=True)
class CurveChart:
    """Losses over passes.

    Args:
        title: the finding in a few words.
        lines: training and dev loss.
        across: ticks of the passes.
        up: ticks of the losses.
        note: what the dev loss speaks of.
    """

    title: str
    lines: tuple[CurveLine, ...]
    across: tuple[CurveTick, ...]
    up: tuple[CurveTick, ...]
    note: str


def curve_chart(fitting: Fitting | None) -> CurveChart | None:
    """The chart of a training, or None where fewer than two passes have a loss.

    A pass's training loss stands at its middle, since the weights moved while it was taken.
    """
    if fitting is None:
        return None
    curve = fitting.curve
    train, dev = _train_points(curve), _dev_points(curve)
    if len(train) < 2:
        return None
    axis = Axis.over([0.0, *(loss for _, loss in (*train, *dev))], parts=4)
    passes = max(each.epoch for each in curve.points)
    lines = [_line("training loss", "train", train, axis, passes)]
    if len(dev) > 1:
        lines.append(_line("dev loss", "dev", dev, axis, passes))
    step = max(1, round(passes / 8))
    return CurveChart(
        title=BADGES.get(fitting.kind, fitting.kind),
        lines=tuple(lines),
        across=tuple(
            CurveTick(at=_across(float(at), passes), text=str(at)) for at in range(0, int(passes) + 1, step)
        ),
        up=tuple(
            CurveTick(at=_up(each, axis), text=number(each, axis.digits)) for each in axis.ticks if each >= 0
        ),
        note=f"Dev losses are those of {curve.dev_rows:,} dev rows." if len(dev) > 1 else "",
    )


def _train_points(curve: Curve) -> list[tuple[float, float]]:
    found, before = [], 0.0
    for each in curve.points:
        if each.train_loss is not None:
            found.append(((before + each.epoch) / 2, each.train_loss))
        before = each.epoch
    return found


def _dev_points(curve: Curve) -> list[tuple[float, float]]:
    return [(each.epoch, each.dev_loss) for each in curve.points if each.dev_loss is not None]


def _line(
    name: str, kind: str, points: Iterable[tuple[float, float]], axis: Axis, passes: float
) -> CurveLine:
    marks = tuple(
        Mark(x=_across(at, passes), y=_up(loss, axis), text=f"{name} {number(loss)} at pass {at:g}")
        for at, loss in points
    )
    return CurveLine(name=name, kind=kind, marks=marks)


def _across(at: float, passes: float) -> float:
    return round(WIDTH * at / max(passes, 1e-9), 1)


def _up(loss: float, axis: Axis) -> float:
    return round(HEIGHT * (1 - axis.share(loss) / 100), 1)
