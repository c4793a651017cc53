"""How a loss weighs what it sees."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class LossShape:
    """Departures from the plain loss; all nought or empty for none.

    Args:
        label_smoothing: share of each target that is spread over all classes.
        focal: power by which examples that are already right count less.
        class_weights: how much examples of each class count; all alike when empty.
    """

    label_smoothing: float = 0.0
    focal: float = 0.0
    class_weights: tuple[float, ...] = ()


PLAIN = LossShape()
