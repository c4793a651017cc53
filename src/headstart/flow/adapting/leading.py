"""Which of several entrants was best on the dev rows."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from headstart.core.metric import Metric
    from headstart.flow.adapting.entrant import Entrant


def leading(entrants: Sequence[Entrant], metric: Metric) -> Entrant | None:
    """The best on dev rows, the cheaper one of equals; None without any that has a score.

    Args:
        entrants: those to choose from, of equals the earlier first.
        metric: what the dev rows measured.
    """
    sign = 1 if metric.greater_is_better else -1
    known = [
        (sign * each.trial.dev_score, -each.seconds, -place)
        for place, each in enumerate(entrants)
        if each.trial and each.trial.dev_score is not None and math.isfinite(each.trial.dev_score)
    ]
    return entrants[-max(known)[2]] if known else None
