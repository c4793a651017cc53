"""From when on a question is given no answer, where some have none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from headstart.core.decision import Decision

if TYPE_CHECKING:
    from headstart.core.metric import Metric
    from headstart.core.predictions import Predictions

# Fewer rows with an answer, or without one, would set a threshold by chance.
LEAST_ROWS = 10
# Thresholds that are tried at most.
MOST_TRIED = 1000


def decide_silence(raw: Predictions, gold: Any, metric: Metric) -> Decision:
    """The threshold at which the metric is best on dev rows (Devlin et al. 2019, section 4.3).

    Of equals it is the one nearest to nought, where no answer and the best stretch are as likely.

    Args:
        raw: the best stretches of rows that the model was not fitted on, and how likely no answer is.
        gold: the right answers of each row, none where there is none.
        metric: what is to be best.
    """
    odds = raw.silence_odds
    without = sum(not right for right in gold)
    if min(without, len(odds) - without) < LEAST_ROWS or not np.isfinite(odds).all():
        return Decision()
    spoken, quiet = (
        metric.stats(gold, Decision(no_answer_above=each).apply(raw)) for each in (np.inf, -np.inf)
    )
    order = np.argsort(odds, kind="stable")
    sorted_odds, spoken, quiet = odds[order], spoken[order], quiet[order]
    # A threshold parts no rows that are equal.
    ends = np.flatnonzero(np.diff(sorted_odds) > 0) + 1
    if len(ends) > MOST_TRIED:
        ends = ends[np.linspace(0, len(ends) - 1, MOST_TRIED).round().astype(np.int64)]
    between = (sorted_odds[ends - 1] + sorted_odds[ends]) / 2
    places = np.concatenate([[0], ends, [len(odds)]])
    thresholds = np.concatenate([[sorted_odds[0] - 1.0], between, [sorted_odds[-1] + 1.0]])
    sign = 1.0 if metric.greater_is_better else -1.0
    values = np.array([sign * metric.value(np.concatenate([spoken[:at], quiet[at:]])) for at in places])
    best = np.flatnonzero(values >= values.max() - 1e-12)
    return Decision(no_answer_above=float(thresholds[best[np.argmin(np.abs(thresholds[best]))]]))
