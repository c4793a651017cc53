"""The curve of a training while it grows."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from headstart.core.curve import Curve, Point

if TYPE_CHECKING:
    from collections.abc import Mapping

    from headstart.train.dev_rows import Reading


class CurveLog:
    """Points as they come, each compared with the lowest dev loss before it.

    Args:
        dev_rows: dev rows that the readings' samples hold.
        greater_is_better: whether more of the metric is better.
    """

    def __init__(self, *, dev_rows: int, greater_is_better: bool) -> None:
        self.curve = Curve(dev_rows=dev_rows, greater_is_better=greater_is_better)
        self._lowest: np.ndarray[Any, Any] | None = None

    def add(
        self, *, epoch: float, fraction: float, train_loss: float | None, reading: Reading | None
    ) -> None:
        """Appends a moment that is later than the last one.

        A loss or score that is not a number counts as not measured.

        Args:
            epoch: passes so far.
            fraction: share of the planned training that is done.
            train_loss: that of the pass that ended here.
            reading: what the dev rows say, where they were read.
        """
        if self.curve.points and fraction <= self.curve.points[-1].fraction:
            return
        losses = None if reading is None else reading.losses
        dev_loss = None if losses is None or not len(losses) else float(losses.mean())
        point = Point(
            epoch=epoch,
            fraction=fraction,
            train_loss=_number(train_loss),
            dev_loss=_number(dev_loss),
            dev_score=None if reading is None else _number(reading.sample_score),
            dev_error=None if losses is None else self._error(losses),
        )
        if losses is not None and (self._lowest is None or losses.mean() < self._lowest.mean()):
            self._lowest = losses
        self.curve = replace(self.curve, points=(*self.curve.points, point))

    def end(self, why: str) -> None:
        """Notes why the training ended."""
        self.curve = replace(self.curve, ended=why)

    def state(self) -> dict[str, Any]:
        """What `restore` needs to go on from here."""
        return {"curve": self.curve.to_dict(), "lowest": self._lowest}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Goes on from what `state` gave."""
        self.curve, self._lowest = Curve.of(state["curve"]), state["lowest"]

    def _error(self, losses: np.ndarray[Any, Any]) -> float | None:
        if self._lowest is None or len(losses) < 2:
            return None
        return _number(float(np.std(losses - self._lowest, ddof=1) / math.sqrt(len(losses))))


def _number(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None
