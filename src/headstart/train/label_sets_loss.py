"""How well a predictor tells which labels rows have, whatever its confidence and its thresholds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.special import logit

from headstart.train.label_loss import TEMPERATURES

if TYPE_CHECKING:
    from headstart.core.rows import Rows

# Moves of a label's log odds that are tried.
SHIFTS = np.linspace(-10.0, 10.0, 81)
_LEAST = 1e-12


def label_sets_loss(predictor: Any, rows: Rows) -> float:
    """The mean log loss of having each label, its log odds scaled and moved as suits the rows best.

    All labels share a temperature, and each has its own move, as each has a threshold of its own later.

    Args:
        predictor: gives the probability of each label; it knows its task.
        rows: rows with labels.
    """
    odds = logit(np.clip(predictor.predict(rows).probabilities, _LEAST, 1.0 - _LEAST))
    signs = 1.0 - 2.0 * np.asarray(predictor.task.gold(rows))
    losses = [
        sum(
            float(np.logaddexp(0.0, sign * (told / each + SHIFTS[:, None])).mean(axis=1).min())
            for told, sign in zip(odds.T, signs.T, strict=True)
        )
        for each in TEMPERATURES
    ]
    return float(min(losses) / max(1, odds.shape[1]))
