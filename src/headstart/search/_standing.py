"""How trials stand to one another, and the chance that a proposal has."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from headstart.core.search import Tried

FAILED = -1.0
_POSITIVE = 2**63 - 1


def standings(history: Sequence[Tried]) -> list[float | None]:
    """For each trial None while it runs, -1 when it failed, or its place from 0, the worst, to 1.

    Trials are ordered by fidelity and then by score, so that scores of a short training are never
    held against those of a long one. Equals share a place. Nothing but the order counts, so no search
    depends on the scale of a metric.
    """
    order = sorted({_rank(each) for each in history if finished(each)})
    places = {rank: place / max(1, len(order) - 1) for place, rank in enumerate(order)}
    return [
        None if each.score is None else places[_rank(each)] if finished(each) else FAILED for each in history
    ]


def finished(trial: Tried) -> bool:
    """Whether a trial has a score."""
    return trial.score is not None and math.isfinite(trial.score)


def failed(trial: Tried) -> bool:
    """Whether a trial has ended without a score."""
    return trial.score is not None and not math.isfinite(trial.score)


def generator(seed: int, history: Sequence[Tried]) -> np.random.Generator:
    """The random numbers of the next proposal."""
    return np.random.default_rng([seed & _POSITIVE, len(history)])


def _rank(trial: Tried) -> tuple[float, float]:
    return trial.fidelity, trial.score or 0.0
