"""AdamW over groups of weights, with clipped gradients."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch

from headstart.train.lazy_rows import LazyRows, gradient_values

if TYPE_CHECKING:
    from collections.abc import Sequence

    from headstart.train.groups import Group

BETAS, EPS = (0.9, 0.98), 1e-6
# Settings of a group that a state does not bring back.
OWN = ("peak", "weight_decay")


class Optimiser:
    """AdamW (Loshchilov and Hutter 2019, algorithm 2) without decay on biases and norms.

    Args:
        groups: the weights and their peak rates; those of large tables are updated row by row.
        weight_decay: pull towards zero on matrices.
        clip: greatest norm of the gradient of all weights together; zero for none.
    """

    def __init__(self, groups: Sequence[Group], *, weight_decay: float, clip: float) -> None:
        self._clip, self._weight_decay = clip, weight_decay
        self.parameters = [each for group in groups for each in group.parameters]
        self._device = self.parameters[0].device
        dense = [part for group in groups if not group.tables for part in _parts(group, weight_decay)]
        self._adam = torch.optim.AdamW(dense, betas=BETAS, eps=EPS, fused=True)
        self._lazy = [
            (group.rate, LazyRows(group.parameters, betas=BETAS, eps=EPS)) for group in groups if group.tables
        ]

    def step(self, factor: float, *, weight: float = 1.0) -> None:
        """One step at `factor` times the peak rates, with gradients divided by `weight`, then cleared."""
        scale = 1.0 / weight
        if self._clip:
            every = [gradient_values(each.grad) for each in self.parameters if each.grad is not None]
            norm = float(torch.nn.utils.get_total_norm(every)) * scale
            scale *= min(1.0, self._clip / (norm + 1e-9))
        for rate, rows in self._lazy:
            rows.step(rate=rate * factor, weight_decay=self._weight_decay, scale=scale)
        # Divided by while the step is taken, which spares a pass over all gradients.
        scaled: Any = self._adam
        scaled.grad_scale = torch.tensor(1.0 / scale, device=self._device)
        for group in self._adam.param_groups:
            group["lr"] = group["peak"] * factor
        self._adam.step()
        self._adam.zero_grad(set_to_none=True)

    def retune(self, groups: Sequence[Group], *, weight_decay: float) -> None:
        """Goes on with other peak rates and another decay; the moments stay.

        Args:
            groups: the same weights in the same order.
            weight_decay: pull towards zero on matrices.
        """
        self._weight_decay = weight_decay
        dense = [part for group in groups if not group.tables for part in _parts(group, weight_decay)]
        for held, part in zip(self._adam.param_groups, dense, strict=True):
            held.update({name: part[name] for name in OWN})
        rates = [group.rate for group in groups if group.tables]
        self._lazy = [(rate, rows) for rate, (_, rows) in zip(rates, self._lazy, strict=True)]

    def state(self) -> dict[str, Any]:
        """What a later process needs to go on; shares memory with the running optimiser."""
        return {"adam": self._adam.state_dict(), "lazy": [rows.state() for _, rows in self._lazy]}

    def restore(self, state: dict[str, Any]) -> None:
        """Goes on from what `state` gave, with the rates and the decay that this optimiser was made with."""
        own = [{name: group[name] for name in OWN} for group in self._adam.param_groups]
        self._adam.load_state_dict(state["adam"])
        for group, settings in zip(self._adam.param_groups, own, strict=True):
            group.update(settings)
        for (_, rows), values in zip(self._lazy, state["lazy"], strict=True):
            rows.restore(values)


def _parts(group: Group, weight_decay: float) -> list[dict[str, Any]]:
    matrices = [each for each in group.parameters if group.decays and each.ndim > 1]
    vectors = [each for each in group.parameters if not group.decays or each.ndim <= 1]
    return [
        {"params": params, "lr": group.rate, "peak": group.rate, "weight_decay": decay}
        for params, decay in ((matrices, weight_decay), (vectors, 0.0))
        if params
    ]
