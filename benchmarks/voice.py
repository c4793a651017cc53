"""What a fitted model says, told from what was drawn for those that it is made of."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from headstart.core.decision import Decision
from headstart.core.predictions import Predictions

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, kw_only=True)
class Part:
    """A model in a mixture.

    Args:
        model: its place among those that were drawn.
        weight: how much it counts.
        temperature: its own, before it is mixed with others.
    """

    model: int
    weight: float = 1.0
    temperature: float = 1.0


@dataclass(frozen=True, kw_only=True)
class Voice:
    """A model alone, or the weighted mean of the calibrated probabilities of several; then its decision."""

    parts: tuple[Part, ...]
    decision: Decision

    def says(self, drawn: Sequence[Predictions], rows: Any = slice(None)) -> Predictions:
        """Its predictions of some rows, of all of them by default."""
        return self.decision.apply(self.raw(drawn, rows))

    def raw(self, drawn: Sequence[Predictions], rows: Any = slice(None)) -> Predictions:
        """What it says before its decision."""
        if len(self.parts) == 1:
            return rows_of(drawn[self.parts[0].model], rows)
        total = np.zeros(())
        for each in self.parts:
            told = Decision(temperature=each.temperature).apply(rows_of(drawn[each.model], rows))
            assert told.probabilities is not None
            total = total + each.weight * told.probabilities
        return Predictions(classes=told.classes, labels=total.argmax(axis=1), probabilities=total)


def rows_of(predictions: Predictions, rows: Any) -> Predictions:
    """The predictions of some of the rows."""
    assert predictions.labels is not None
    assert predictions.probabilities is not None
    return replace(
        predictions, labels=predictions.labels[rows], probabilities=predictions.probabilities[rows]
    )
