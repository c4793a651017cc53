"""How well a predictor tells labels, whatever its confidence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from headstart.core.rows import Rows

TEMPERATURES = np.geomspace(0.1, 10.0, 41)
_LEAST = 1e-12


def label_loss(predictor: Any, rows: Rows) -> float:
    """The mean log loss of true labels at the temperature that suits the rows best.

    Args:
        predictor: gives probabilities; it knows its task.
        rows: rows with labels.
    """
    told = np.log(np.clip(predictor.predict(rows).probabilities, _LEAST, None))
    gold = np.asarray(predictor.task.gold(rows))
    scaled = told[None] / TEMPERATURES[:, None, None]
    scaled = scaled - np.logaddexp.reduce(scaled, axis=-1, keepdims=True)
    return float(-scaled[:, np.arange(len(gold)), gold].mean(axis=1).max())
