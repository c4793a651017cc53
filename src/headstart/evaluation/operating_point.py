"""Where to draw the line: thresholds set on dev rows for a wish that a person states."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from headstart.errors import SettingError

if TYPE_CHECKING:
    from jaxtyping import Bool, Float
    from numpy import ndarray


@dataclass(frozen=True, kw_only=True)
class OperatingPoint:
    """A threshold and what it gives on the rows it was set on.

    Args:
        threshold: probability from which a row is chosen.
        precision: share of the chosen rows that are right.
        recall: share of the positive rows that are chosen.
        reached: whether the wish is met; when not, this is the threshold that comes nearest.
    """

    threshold: float
    precision: float
    recall: float
    reached: bool


def choose_threshold(
    probabilities: Float[ndarray, " rows"], gold: Bool[ndarray, " rows"], *, precision: float
) -> OperatingPoint:
    """The threshold that finds most positive rows with at least the precision asked for.

    One more mistake than was seen is counted against every threshold, so that a handful of lucky
    rows can't set it.

    Args:
        probabilities: of the positive class.
        gold: whether each row is of that class.
        precision: the least precision, from 0 to 1.

    Raises:
        SettingError: the precision is not a share, or there are no rows.
    """
    if not 0.0 <= precision <= 1.0:
        raise SettingError(f"the least precision is {precision:g}; it must lie between 0 and 1, such as 0.9")
    if not len(probabilities):
        raise SettingError("a threshold needs dev rows and there are none; leave the wish out")
    return _most_chosen(np.asarray(probabilities, dtype=np.float64), np.asarray(gold, dtype=bool), precision)


def _most_chosen(
    scores: Float[ndarray, " rows"], right: Bool[ndarray, " rows"], least: float
) -> OperatingPoint:
    order = np.argsort(-scores, kind="stable")
    found = np.cumsum(right[order])
    chosen = np.arange(1, len(order) + 1)
    # A threshold takes all rows of a tie or none, so only the last row of each tie is a choice.
    ends = np.flatnonzero(np.append(np.diff(scores[order]) != 0, True))
    cautious = found[ends] / (chosen[ends] + 1)
    met = np.flatnonzero(cautious >= least)
    best = ends[met[-1]] if len(met) else ends[int(np.argmax(cautious))]
    return OperatingPoint(
        threshold=float(scores[order][best]),
        precision=float(found[best] / chosen[best]),
        recall=float(found[best] / max(1, right.sum())),
        reached=bool(len(met)),
    )
