"""The learning curve of one model from its fits on shares of the rows and from the sealed rows."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from headstart.core.learning_curve import CurvePoint, LearningCurve
from headstart.evaluation.jackknife import blocks_of, influences
from headstart.evaluation.learning_curve import LEVEL, Measured, forecast

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jaxtyping import Float, Int
    from numpy import ndarray

    from headstart.core.metric import Metric
    from headstart.core.predictions import Predictions

MOST_TIMES, FAN = 5.0, 9
# What a prediction decides on, among the fields that metrics read.
DECIDED = ("labels", "chosen", "tags", "values")


def growth_curve(
    *,
    model: str,
    metric: Metric,
    gold: Any,
    groups: Int[ndarray, " rows"],
    fits: Mapping[int, Predictions],
    tested: CurvePoint | None,
    seed: int,
) -> LearningCurve | None:
    """What was measured of a model by training rows, and what more of them are expected to give.

    Args:
        model: `winner` or the name of a baseline.
        metric: the metric that decides.
        gold: true answers of the dev rows.
        groups: cluster of each dev row.
        fits: predictions on the dev rows by training rows of the fit, fewest first.
        tested: score on the sealed rows, or None where there is none. Forecasts are of what rows like these,
            or like the dev rows, will measure.
        seed: decides which clusters are left out together where they are many.

    A fit that gives every row the same label, labels or number, or every word the same tag, has not begun to
    learn, and its score says nothing of how fast that goes; where these are what is measured it is left out.

    Returns:
        the curve; None where the model says the same whatever it was fitted on, a score is undefined, or
        fewer than two sizes are left.
    """
    fits = {rows: each for rows, each in fits.items() if not _is_constant(each, metric.needs)}
    if len({*fits, *([tested.rows] if tested else [])}) < 2 or not fits:
        return None
    stats = [metric.stats(gold, each) for each in fits.values()]
    scores = [float(metric.value(each)) for each in stats]
    moved = influences(metric, stats, blocks_of(groups, models=len(stats), seed=seed))
    if len(moved) < 2 or not (np.isfinite(scores).all() and np.isfinite(moved).all()):
        return None
    if len(fits) > 1 and np.ptp(scores) == 0 and np.ptp(moved, axis=1).max() == 0:
        return None
    covariance = _covariance(moved, one_row=100.0 * metric.unit / len(groups))
    if not np.isfinite(covariance).all():
        return None
    errors = np.sqrt(np.diag(covariance))
    points = [
        CurvePoint(rows=rows, score=score, error=float(error))
        for rows, score, error in zip(fits, scores, errors, strict=True)
    ]
    # The winner was chosen on these rows, which may flatter all its scores on them alike.
    shared = covariance.trace() / len(errors)
    noise = covariance + shared
    if tested is not None:
        points.append(tested)
        noise = np.pad(noise, (0, 1))
        noise[-1, -1] = tested.error**2
    measured = Measured.of(
        points,
        metric,
        covariance=noise,
        uneven=_uneven(metric, gold, fits[max(fits)]),
        error=math.sqrt(shared) if tested is None else tested.error,
    )
    return _extended(model, points, measured)


def _uneven(metric: Metric, gold: Any, predictions: Predictions) -> float:
    """Share of the distance from perfect that is there because classes are learnt unevenly.

    A metric that counts classes alike lies behind the share of right answers by what rare classes lack.
    When they will be learnt can't be told from such scores.
    """
    if predictions.labels is None or not getattr(metric, "counts_classes_alike", False):
        return 0.0
    perfect, score = 100.0 * metric.unit, float(metric.value(metric.stats(gold, predictions)))
    right = float((predictions.labels == gold).mean())
    return max(right * perfect - score, 0.0) / max(perfect - score, metric.unit)


def _is_constant(predictions: Predictions, needs: str) -> bool:
    """Whether what a metric reads is the same for all rows, where it reads what is decided for them."""
    given = getattr(predictions, needs) if needs in DECIDED else None
    return given is not None and len(given) > 1 and bool((given == given[0]).all())


def _covariance(moved: Float[ndarray, "blocks sizes"], *, one_row: float) -> Float[ndarray, "sizes sizes"]:
    """Of the errors of scores on the same rows, by the jackknife; no score is surer than to one row."""
    blocks = len(moved)
    found = moved.T @ moved / (blocks * (blocks - 1.0))
    short = np.maximum(one_row**2 - np.diag(found), 0.0)
    return np.asarray(found + np.diag(short))


def _extended(model: str, points: list[CurvePoint], measured: Measured) -> LearningCurve:
    labelled = max(each.rows for each in points)
    sizes = np.geomspace(1.0, MOST_TIMES, FAN) * labelled
    twice, five_times, *fan = forecast(measured, [2.0 * labelled, MOST_TIMES * labelled, *sizes])
    return LearningCurve(
        model=model,
        points=tuple(points),
        level=LEVEL,
        twice=twice,
        five_times=five_times,
        fan=tuple(fan),
    )
