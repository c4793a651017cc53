"""AdamW over the rows of embedding tables that a step has touched, and no others."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import torch
from torch import nn

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from jaxtyping import Float, Int
    from torch import Tensor

# Smaller tables are not worth the bookkeeping.
LEAST_ROWS = 2048


def large_tables(modules: Iterable[nn.Module]) -> list[nn.Embedding]:
    """The embedding tables among these modules of which a batch touches few rows."""
    every = [each for module in modules for each in module.modules() if isinstance(each, nn.Embedding)]
    return [each for each in dict.fromkeys(every) if each.num_embeddings >= LEAST_ROWS]


class LazyRows:
    """AdamW (Loshchilov and Hutter 2019, algorithm 2) for tables with sparse gradients.

    A row is updated when a step touches it. Its moments have then faded, and its weights decayed, by
    as much as in a dense optimiser since it was touched last. What it leaves out is the drift of
    untouched rows along their old momentum: they stand still. So a row that is touched in each step,
    or for the first time, moves exactly as in a dense optimiser.

    Args:
        tables: the weights of the tables.
        betas: fading of the mean and of the mean square of gradients.
        eps: added to the root of the mean square.
    """

    def __init__(self, tables: Sequence[nn.Parameter], *, betas: tuple[float, float], eps: float) -> None:
        self.tables = list(tables)
        self._betas, self._eps = betas, eps
        self._step, self._log_decay = 0, 0.0
        self._state = [
            {
                "mean": torch.zeros_like(table),
                "square": torch.zeros_like(table),
                "touched": table.new_zeros(len(table), dtype=torch.long),
                "log_decay": table.new_zeros(len(table), dtype=torch.float64),
            }
            for table in tables
        ]

    @torch.no_grad()
    def step(self, *, rate: float, weight_decay: float, scale: float) -> None:
        """One step with gradients multiplied by `scale`, which are cleared."""
        self._step += 1
        self._log_decay += math.log1p(-rate * weight_decay)
        for table, state in zip(self.tables, self._state, strict=True):
            if table.grad is not None:
                rows, gradients = _touched(table.grad)
                self._update(table, state, rows, gradients * scale, rate)
                table.grad = None

    def state(self) -> dict[str, Any]:
        """What a later process needs to go on; shares memory with this."""
        return {"step": self._step, "log_decay": self._log_decay, "tables": self._state}

    @torch.no_grad()
    def restore(self, state: Mapping[str, Any]) -> None:
        """Goes on from what `state` gave."""
        self._step, self._log_decay = int(state["step"]), float(state["log_decay"])
        for mine, theirs in zip(self._state, state["tables"], strict=True):
            for name, values in theirs.items():
                mine[name].copy_(values)

    def _update(
        self,
        table: nn.Parameter,
        state: dict[str, Tensor],
        rows: Int[Tensor, " touched"],
        gradients: Float[Tensor, "touched width"],
        rate: float,
    ) -> None:
        first, second = self._betas
        elapsed = (self._step - state["touched"][rows]).to(gradients.dtype)[:, None]
        mean = state["mean"][rows] * first**elapsed + (1.0 - first) * gradients
        square = state["square"][rows] * second**elapsed + (1.0 - second) * gradients**2
        decay = torch.exp(self._log_decay - state["log_decay"][rows]).to(gradients.dtype)[:, None]
        root = (square / (1.0 - second**self._step)).sqrt() + self._eps
        table[rows] = table[rows] * decay - rate * mean / (1.0 - first**self._step) / root
        state["mean"][rows], state["square"][rows] = mean, square
        state["touched"][rows] = self._step
        state["log_decay"][rows] = self._log_decay


def gradient_values(gradient: Tensor) -> Tensor:
    """The numbers of a gradient, those of untouched rows left out where it is sparse."""
    return gradient.coalesce().values() if gradient.is_sparse else gradient


def _touched(gradient: Tensor) -> tuple[Tensor, Tensor]:
    if not gradient.is_sparse:
        return torch.arange(len(gradient), device=gradient.device), gradient
    whole = gradient.coalesce()
    return whole.indices()[0], whole.values()
