"""What the second half of the training rows brought: one step of the learning curve."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from headstart.core.evaluation import Growth, Score
from headstart.evaluation.intervals import single_factor, standard_errors
from headstart.evaluation.jackknife import blocks_of, influences

if TYPE_CHECKING:
    from jaxtyping import Int
    from numpy import ndarray

    from headstart.core.metric import Metric
    from headstart.core.predictions import Predictions

# Columns: winner on half and on all rows, baseline on half and on all rows.
GAIN, LEAD = (-1.0, 1.0, 0.0, 0.0), (-1.0, 1.0, 1.0, -1.0)


def measure_growth(
    *,
    metric: Metric,
    gold: Any,
    winner: tuple[Predictions, Predictions],
    baseline: tuple[Predictions, Predictions],
    groups: Int[ndarray, " rows"],
    train_rows: tuple[int, int],
    seed: int,
) -> Growth:
    """The winner's gain from half of the training rows to all of them, and what it did to its lead.

    Both are paired differences over the same rows, each with its own 95 % interval from leaving out
    clusters. The intervals tell how the figures would move with other rows of this kind, not with
    another half.

    Args:
        metric: the metric that decides.
        gold: true answers of the dev rows.
        winner: its predictions, fitted on half of the rows and on all of them.
        baseline: the same of the baseline that was best on dev.
        groups: cluster of each dev row.
        train_rows: training rows of the half and of the whole.
        seed: decides which clusters are left out together where they are many.
    """
    stats = [metric.stats(gold, each) for each in (*winner, *baseline)]
    values = np.array([metric.value(each) for each in stats])
    moved = influences(metric, stats, blocks_of(groups, models=len(stats), seed=seed))
    wanted = np.array([GAIN, LEAD]).T * (1.0 if metric.greater_is_better else -1.0)
    changes = values @ wanted
    ends = single_factor(len(moved)) * standard_errors(moved @ wanted)
    gain, lead = (
        Score(value=float(change), low=float(change - end), high=float(change + end))
        for change, end in zip(changes, ends, strict=True)
    )
    half_rows, rows = train_rows
    return Growth(half_rows=half_rows, rows=rows, dev_rows=len(groups), gain=gain, lead=lead)
