"""Seconds of a training after its first step, which prepares what all others find ready."""

from __future__ import annotations

import time


class WarmSteps:
    """Told after each step.

    What a process does once (libraries of an accelerator, kernels, its memory) weighs much in a training of
    a few dozen steps, and nothing in one of hours.
    """

    def __init__(self) -> None:
        self._ends: list[float] = []

    def ended(self, *_: object) -> None:
        """A step has ended; whatever comes with the news is ignored."""
        self._ends.append(time.perf_counter())

    def seconds(self, done: float) -> dict[str, float]:
        """Seconds from the end of the first step to that of the training, and the steps in them."""
        steps = len(self._ends) - 1
        return {"warm_s": done - self._ends[0], "warm_steps": steps} if steps > 0 else {}
