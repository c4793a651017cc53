"""What held-out rows say of a linear classifier on one view of a frozen backbone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from headstart.train.gain import gain
from headstart.train.held_out import BETWEEN, along, search

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from jaxtyping import Float, Int
    from torch import Tensor

    from headstart.models.view import View
    from headstart.train.held_out import HeldOut
    from headstart.train.labelled import Labelled
    from headstart.train.principal import Principal

# Rows times classes from which a second try of anything takes longer than it is worth.
MANY = 1e5


@dataclass(frozen=True, kw_only=True, eq=False)
class Judge:
    """Cross-validates views on the same rows and folds.

    Args:
        features: vectors of all rows in a view.
        labelled: the rows.
        held: fold of each row.
        strengths: penalties to choose from, as for `fit_linear`.
    """

    features: Callable[[View], Any]
    labelled: Labelled
    held: Int[Tensor, " rows"]
    strengths: Sequence[float] = ()

    @property
    def crowded(self) -> bool:
        """Whether rows times classes are so many that there is time for the likeliest alone."""
        return self.labelled.size > MANY

    def fully(self, view: View) -> HeldOut:
        """At the strength that suits it."""
        tried = search(self._table(view), self.held, self.strengths)
        return min(tried.values(), key=lambda each: each.loss)

    def quickly(self, view: View, strength: float) -> HeldOut:
        """At a strength or at the weaker one beside it, which lower layers often like better."""
        table = self._table(view)
        some = (strength,) if self.crowded else (strength, strength / BETWEEN)
        tried = along(table, self.held, some, start=table.start(int(self.held.max()) + 1))
        return min(tried, key=lambda each: each.loss)

    def loss(self, log_probabilities: Float[Tensor, "rows classes"]) -> float:
        """Mean log loss."""
        return float(np.average(self._losses(log_probabilities), weights=self.labelled.weights))

    def gain(self, before: Float[Tensor, "rows classes"], after: Float[Tensor, "rows classes"]) -> float:
        """How far the log loss falls from one to the other, in standard errors over the clusters."""
        falls = self._losses(before) - self._losses(after)
        return gain(falls, weights=self.labelled.weights, groups=self.labelled.groups)

    def _losses(self, log_probabilities: Float[Tensor, "rows classes"]) -> Any:
        rows = torch.arange(len(self.labelled))
        return -log_probabilities[rows, torch.from_numpy(self.labelled.targets)].double().numpy()

    def _table(self, view: View) -> Principal:
        return self.labelled.table(self.features(view))
