"""Weights between those of the start and those of the training."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import torch

from headstart.train.averaging import swapped
from headstart.train.hook import Hook

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from torch import Tensor, nn


class Interpolation(Hook):
    """WiSE-FT (Wortsman et al. 2022, equation 1): what is measured and shipped lies on the line between.

    Args:
        weights: what learns, head and base alike: the head started from a classifier on the base.
        share: 1 for the trained weights, 0 for those of the start.
    """

    def __init__(self, weights: Sequence[nn.Parameter], *, share: float) -> None:
        self._weights = list(weights)
        self._starts: list[Tensor] = [each.detach().clone() for each in weights]
        self._share = share

    @contextmanager
    def measured(self) -> Iterator[None]:
        with torch.no_grad():
            between = [
                start.lerp(each, self._share) for start, each in zip(self._starts, self._weights, strict=True)
            ]
        with swapped(self._weights, between):
            yield
