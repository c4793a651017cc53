"""What more training rows are expected to bring, in plain words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from headstart.evaluation.verdict import LEAST_ROWS
from headstart.wording import (
    WINNER,
    count,
    expectation,
    in_points,
    margin_label,
    metric_label,
    strategy_label,
)

if TYPE_CHECKING:
    from headstart.core.evaluation import Growth, Score


def growth_note(
    growth: Growth, *, metric: str, winner: str, baseline: str, margin: float, unit: float = 0.01
) -> str:
    """The last doubling of the training rows, and what twice and five times as many are expected to give.

    Where no curve could be drawn: learning curves are mostly power laws that flatten; with n rows the error
    lies b n^-c above its floor (Viering and Loog 2021, section 4), so a doubling brings 2^-c of what the one
    before it brought: as much at most.

    Of the lead no more can be said than that it can't be expected to grow by more than the winner gains.

    Args:
        growth: what was measured.
        metric: name of the metric that decides.
        winner: what people call the winner.
        baseline: name of the baseline that was best on dev.
        margin: the difference that matters, in the metric's own scale.
        unit: what one point is in that scale.
    """
    gain = growth.gain
    moved = "gained" if gain.value >= 0 else "lost"
    few = ", rough with so few rows" if growth.dev_rows < LEAST_ROWS else ""
    return (
        f"From {growth.half_rows:,} training rows to all {growth.rows:,}, {winner} {moved} "
        f"{in_points(abs(gain.value), metric, unit=unit)[1:]} points of {metric_label(metric)} on "
        f"{count(growth.dev_rows, 'dev row')} (95 % interval {_ends(gain, metric, unit)}{few}); its lead "
        f"over {strategy_label(baseline)} changed by {in_points(growth.lead.value, metric, unit=unit)} "
        f"({_ends(growth.lead, metric, unit)}). {_expected(growth, winner, margin, metric, unit)} This is an "
        "expectation, no promise: the winner was chosen on these dev rows, which flatters its gain."
    )


def unmeasured_note(reason: str) -> str:
    """Why nothing is known of what more training rows would bring.

    Args:
        reason: a clause in plain words.
    """
    return f"What more training rows would bring was not measured: {reason.rstrip('.')}."


def _expected(growth: Growth, winner: str, margin: float, metric: str, unit: float) -> str:
    for curve in growth.curves:
        if curve.model == WINNER:
            return expectation(curve, winner, metric)
    return _outlook(growth.gain, margin, metric, unit)


def _outlook(gain: Score, margin: float, metric: str, unit: float) -> str:
    """What twice the rows may be expected to bring: as much as the last doubling at most."""
    if gain.high < margin:
        return (
            "Learning curves flatten, so twice the rows are not expected to bring as much as "
            f"{margin_label(margin, metric, unit=unit)}, to the score or to the lead."
        )
    if gain.value <= 0:
        return (
            "No gain was seen; the dev rows are too few to rule out that twice the training rows bring one."
        )
    nothing = "" if gain.low > 0 else ", perhaps nothing"
    return (
        f"Learning curves flatten, so twice the rows may be expected to bring as much or less{nothing}, and "
        "no more than that to the lead."
    )


def _ends(change: Score, metric: str, unit: float) -> str:
    low, high = (in_points(each, metric, unit=unit) for each in (change.low, change.high))
    return f"{low} to {high}"
