"""How a training went, epoch by epoch."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, kw_only=True)
class Point:
    """One moment of a training.

    Args:
        epoch: passes over the training rows so far; 0 before training, not whole where a pass was cut short.
        fraction: share of the planned training that is done.
        train_loss: mean of the losses of the steps since the point before, as they were taken; the
            weights move meanwhile, so it speaks of the middle of that time. None before training.
        dev_loss: mean loss of the curve's dev rows under the weights of this moment, or None.
        dev_score: the metric on the curve's dev rows, or None.
        dev_error: standard error of the change from the lowest dev loss before this point, paired by
            row, or None.
    """

    epoch: float
    fraction: float
    train_loss: float | None = None
    dev_loss: float | None = None
    dev_score: float | None = None
    dev_error: float | None = None


@dataclass(frozen=True, kw_only=True)
class Curve:
    """The points of a training in order; none where nothing was trained.

    Args:
        points: from before the training to its end.
        dev_rows: dev rows that every point speaks of: all of them, or a fixed sample.
        greater_is_better: whether more of the score is better.
        ended: why it ended: `planned` at its last epoch, `patience` for want of progress, `deadline`.
    """

    points: tuple[Point, ...] = ()
    dev_rows: int = 0
    greater_is_better: bool = True
    ended: str = "planned"

    @property
    def train_loss(self) -> float | None:
        """The training loss of the last pass, or None where there was none."""
        return next((each.train_loss for each in reversed(self.points) if each.train_loss is not None), None)

    def to_dict(self) -> dict[str, Any]:
        """The curve as plain values."""
        return asdict(self)

    @classmethod
    def of(cls, values: Mapping[str, Any] | None) -> Self:
        """The curve that `to_dict` gave; an empty one of nothing."""
        if not values:
            return cls()
        return cls(**{**values, "points": tuple(Point(**each) for each in values["points"])})
