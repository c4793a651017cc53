"""Where to draw the line: thresholds set on dev rows for a wish that a person states."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from headstart.errors import SettingError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jaxtyping import Bool, Float, Int
    from numpy import ndarray


@dataclass(frozen=True, kw_only=True)
class OperatingPoint:
    """A threshold and what it gives on the rows it was set on.

    Args:
        threshold: probability (or confidence) from which a row is chosen.
        precision: share of the chosen rows that are right.
        recall: share of the positive rows that are chosen; for abstention, of all rows.
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
    _check_share("precision", precision, len(probabilities))
    return _most_chosen(np.asarray(probabilities, dtype=np.float64), np.asarray(gold, dtype=bool), precision)


def choose_abstention(
    probabilities: Float[ndarray, "rows classes"], gold: Int[ndarray, " rows"], *, accuracy: float
) -> OperatingPoint:
    """The confidence from which labels are right at least as often as asked for.

    Args:
        probabilities: of each class.
        gold: true class of each row.
        accuracy: the least accuracy on rows that get a label, from 0 to 1.

    Raises:
        SettingError: the accuracy is not a share, or there are no rows.
    """
    _check_share("accuracy", accuracy, len(probabilities))
    confidence = np.asarray(probabilities, dtype=np.float64).max(axis=1)
    point = _most_chosen(confidence, probabilities.argmax(axis=1) == gold, accuracy)
    answered = float((confidence >= point.threshold).mean())
    return OperatingPoint(
        threshold=point.threshold, precision=point.precision, recall=answered, reached=point.reached
    )


def checked_costs(costs: Sequence[Sequence[float]], classes: Sequence[str]) -> tuple[tuple[float, ...], ...]:
    """The cost matrix as it goes into a decision, once it fits the classes.

    Raises:
        SettingError: it is not one row and one column a class of finite numbers, or a right label
            costs more than a wrong one, so that the matrix stands on its head.
    """
    table = tuple(tuple(float(each) for each in row) for row in costs)
    size = len(classes)
    if len(table) != size or any(len(row) != size for row in table):
        shape = f"{len(table)} x {'/'.join(sorted({str(len(row)) for row in table})) or 0}"
        raise SettingError(
            f"the cost matrix is {shape}; it must be {size} x {size}: the row is the true class, the column "
            f"the predicted one, in the order {', '.join(classes)}"
        )
    if not np.isfinite(table).all():
        raise SettingError("the cost matrix holds a value that is not a finite number; give one cost a cell")
    for name, row, right in zip(classes, table, np.diagonal(table), strict=True):
        if right > min(row):
            raise SettingError(
                f"in the cost matrix, predicting {name!r} rightly costs {right:g}, more than a mistake "
                f"({min(row):g}); put the costs of right labels on the diagonal, usually 0"
            )
    return table


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


def _check_share(name: str, value: float, rows: int) -> None:
    if not 0.0 <= value <= 1.0:
        raise SettingError(f"the least {name} is {value:g}; it must lie between 0 and 1, such as 0.9")
    if not rows:
        raise SettingError(f"a threshold for {name} needs dev rows and there are none; leave the wish out")
