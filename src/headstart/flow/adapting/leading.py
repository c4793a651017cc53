"""Which of several entrants was best on the dev rows."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from headstart.core.metric import Metric
    from headstart.flow.adapting.entrant import Entrant


def leading(entrants: Sequence[Entrant], metric: Metric) -> Entrant | None:
    """The best on dev rows, the cheaper one of equals; None where none ran to its end.

    A score that the dev rows leave undefined, as rows of one class do with the area under a curve, is worst.

    Args:
        entrants: those to choose from, of equals the earlier first.
        metric: what the dev rows measured.
    """
    sign = 1 if metric.greater_is_better else -1
    known = [
        (_defined(sign, each.trial.dev_score), -each.seconds, -place)
        for place, each in enumerate(entrants)
        if each.trial
    ]
    return entrants[-max(known)[2]] if known else None


def _defined(sign: int, score: float | None) -> float:
    return -math.inf if score is None or not math.isfinite(score) else sign * score
