"""What the sealed test rows say of the winner, the untouched base and the baselines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from headstart.core.evaluation import Comparison, Evaluation, Score
from headstart.evaluation.intervals import simultaneous_factor, single_factor, standard_errors
from headstart.evaluation.jackknife import blocks_of, influences
from headstart.wording import UNTOUCHED, WINNER

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jaxtyping import Float, Int
    from numpy import ndarray

    from headstart.core.metric import Metric
    from headstart.core.predictions import Predictions


def evaluate(
    *,
    metric_name: str,
    metric: Metric,
    gold: Any,
    predictions: Mapping[str, Predictions],
    groups: Int[ndarray, " rows"],
    not_measured: Mapping[str, str],
    seed: int,
) -> Evaluation:
    """Scores with intervals, and the winner's comparison with each baseline.

    Args:
        metric_name: name of the metric that decides.
        metric: that metric.
        gold: true answers, as the task gives them.
        predictions: by model: `winner` (left out when no adaptation ran), `untouched_base` (where it
            was measured) and the baselines by name.
        groups: cluster of each test row.
        not_measured: reason by baseline that could not be measured.
        seed: owns what little chance there is in the intervals.

    Raises:
        ValueError: there are no rows or no models.
    """
    if not len(groups) or not predictions:
        raise ValueError(f"{len(groups)} test rows and {len(predictions)} models; each must be at least 1")
    names = list(predictions)
    stats = [metric.stats(gold, predictions[name]) for name in names]
    blocks = blocks_of(groups, models=len(names), seed=seed)
    values = np.array([metric.value(each) for each in stats])
    moved = influences(metric, stats, blocks)
    return Evaluation(
        metric=metric_name,
        rows=len(groups),
        groups=len(np.unique(groups)),
        scores=_scores(metric, names, values, moved),
        comparisons=_comparisons(metric, names, values, moved, seed),
        not_measured=dict(not_measured),
        unit=metric.unit,
    )


def _scores(
    metric: Metric,
    names: list[str],
    values: Float[ndarray, " models"],
    moved: Float[ndarray, "blocks models"],
) -> dict[str, Score]:
    half = single_factor(len(moved)) * standard_errors(moved)
    # A hundred points are the most that a metric of which more is better can reach.
    least, most = float(getattr(metric, "best", 0.0)), np.inf
    if metric.greater_is_better:
        least, most = float(getattr(metric, "worst", 0.0)), 100.0 * metric.unit
    if (values < least).any():
        least = -np.inf
    low, high = np.clip(values - half, least, most), np.clip(values + half, least, most)
    return {
        name: Score(value=float(values[index]), low=float(low[index]), high=float(high[index]))
        for index, name in enumerate(names)
    }


def _comparisons(
    metric: Metric,
    names: list[str],
    values: Float[ndarray, " models"],
    moved: Float[ndarray, "blocks models"],
    seed: int,
) -> dict[str, Comparison]:
    baselines = [index for index, name in enumerate(names) if name not in (WINNER, UNTOUCHED)]
    if WINNER not in names or not baselines:
        return {}
    winner, sign = names.index(WINNER), 1.0 if metric.greater_is_better else -1.0
    differences = sign * (values[winner] - values[baselines])
    paired = sign * (moved[:, [winner]] - moved[:, baselines])
    half = simultaneous_factor(paired, seed=seed) * standard_errors(paired)
    return {
        names[index]: Comparison(
            difference=float(differences[place]),
            low=float(differences[place] - half[place]),
            high=float(differences[place] + half[place]),
        )
        for place, index in enumerate(baselines)
    }
