"""The time that a training has, and how far it is in it."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Callable

# Share of the training after which its pace can be told.
SETTLED = 0.1


@dataclass(frozen=True, kw_only=True)
class Budget:
    """From the first step until there is no time left.

    Args:
        left_s: seconds that are left for steps; infinite without a limit.
        done: share of the training that was done before.
        began_s: reading of the monotonic clock at the first step.
    """

    left_s: Callable[[], float]
    done: float
    began_s: float

    @classmethod
    def from_now(cls, left_s: Callable[[], float], *, done: float = 0.0) -> Self:
        """One that begins at this moment."""
        return cls(left_s=left_s, done=done, began_s=time.monotonic())

    @property
    def open(self) -> bool:
        """Whether there is time for another step."""
        return self.left_s() > 0.0

    def reached(self, planned: float) -> float:
        """How far the training is: in its steps, or in its time where that will end before them.

        Rates that have fallen when time is up make more of few steps than those that were to fall over
        many (Li, Yumer and Ramanan 2020, section 3). Where the steps end in time, this is their share, so
        that time changes nothing.

        Args:
            planned: share of the planned steps that are done.
        """
        if planned - self.done < SETTLED * (1.0 - self.done):
            return planned
        spent, left = time.monotonic() - self.began_s, max(0.0, self.left_s())
        return max(planned, self.done + (1.0 - self.done) * spent / (spent + left))
