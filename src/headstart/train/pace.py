"""How long, in what steps and how fast a network learns, where nobody has said so."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Self

# Epochs from so many rows a class on: rare classes are seen more often.
EPOCHS = ((50, 4), (16, 6), (0, 10))
FEWEST, MOST = 16, 64
STEPS_AN_EPOCH = 32


@dataclass(frozen=True, kw_only=True)
class Pace:
    """What a training is told of its size and speed.

    Args:
        epochs: passes over the training rows.
        batch_size: rows in a step, on average.
        rate: peak learning rate.
    """

    epochs: int
    batch_size: int
    rate: float

    @classmethod
    def of(cls, rows: int, *, classes: int, usual_rate: float, batch_size: int | None = None) -> Self:
        """What suits so many rows.

        Larger steps cost less for each row; fewer rows want smaller ones, so that an epoch has enough
        of them. The rate grows with the root of the batch, as is right for Adam (Malladi et al. 2022,
        section 4.2).

        Args:
            rows: training rows.
            classes: classes of the task, or 0.
            usual_rate: peak rate for steps of 16 rows.
            batch_size: rows in a step, where that has been said.
        """
        batch_size = batch_size or min(MOST, max(FEWEST, _power_of_two(rows / STEPS_AN_EPOCH)))
        return cls(
            epochs=next(epochs for least, epochs in EPOCHS if rows / max(1, classes) >= least),
            batch_size=batch_size,
            rate=usual_rate * math.sqrt(batch_size / FEWEST),
        )


def _power_of_two(value: float) -> int:
    """The nearest one, on a scale of powers."""
    return int(2 ** round(math.log2(max(1.0, value))))
