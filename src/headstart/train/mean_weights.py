"""The weighted mean of several sets of weights."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from torch import Tensor


@torch.no_grad()
def mean_weights(states: Iterable[Mapping[str, Tensor]], shares: Sequence[float]) -> dict[str, Tensor]:
    """The sum of the sets, each times its share; what is not of floating point stays as in the first.

    Args:
        states: tensors by name, alike in names and shapes; read one by one and left as they are.
        shares: how much each set counts; they add up to one.

    Raises:
        ValueError: there are not as many shares as sets.
    """
    total: dict[str, Tensor] = {}
    for state, share in zip(states, shares, strict=True):
        first = not total
        for name, tensor in state.items():
            if first:
                total[name] = share * tensor if tensor.is_floating_point() else tensor.clone()
            elif tensor.is_floating_point():
                total[name].add_(tensor, alpha=share)
    return total
