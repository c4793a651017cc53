"""The mean of the weights over the last steps."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import torch

from headstart.train.hook import Hook

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from torch import Tensor, nn

    from headstart.train.hook import Step


class Averaging(Hook):
    """An exponential moving average of the weights (after Polyak and Juditsky 1992).

    It is what is measured and shipped; training goes on from the weights themselves. Early steps
    count less long than `decay` says, so that the start is soon forgotten.

    Args:
        weights: what learns.
        decay: share of the mean that a step keeps.
    """

    def __init__(self, weights: Sequence[nn.Parameter], *, decay: float) -> None:
        self._weights = list(weights)
        self._means: list[Tensor] = [each.detach().clone() for each in weights]
        self._decay, self._steps = decay, 0

    @torch.no_grad()
    def after_step(self, step: Step) -> None:
        self._steps += 1
        kept = min(self._decay, self._steps / (self._steps + 10.0))
        for mean, weight in zip(self._means, self._weights, strict=True):
            mean.lerp_(weight, 1.0 - kept)

    @contextmanager
    def measured(self) -> Iterator[None]:
        with swapped(self._weights, self._means):
            yield

    def state(self) -> Mapping[str, Any]:
        return {"means": self._means, "steps": self._steps}

    @torch.no_grad()
    def restore(self, state: Mapping[str, Any]) -> None:
        self._steps = int(state["steps"])
        for mean, values in zip(self._means, state["means"], strict=True):
            mean.copy_(values)


@contextmanager
def swapped(weights: Sequence[nn.Parameter], values: Sequence[Tensor]) -> Iterator[None]:
    """Puts other values into weights for a while."""
    before = [each.detach().clone() for each in weights]
    with torch.no_grad():
        for weight, value in zip(weights, values, strict=True):
            weight.copy_(value)
    try:
        yield
    finally:
        with torch.no_grad():
            for weight, value in zip(weights, before, strict=True):
                weight.copy_(value)
