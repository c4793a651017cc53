"""Mean F1 over kinds of entities."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from headstart.metrics._entities import entity_pairs

if TYPE_CHECKING:
    from jaxtyping import Float
    from numpy import ndarray

    from headstart.core.predictions import Predictions


@dataclass(frozen=True, kw_only=True)
class EntityMacroF1:
    """Mean F1 over the kinds of entities that are true or given at least once."""

    label: ClassVar[str] = "macro-F1 over kinds of entities"
    needs: ClassVar[str] = "tags"
    greater_is_better: ClassVar[bool] = True
    unit: ClassVar[float] = 0.01

    def stats(self, gold: Any, predictions: Predictions) -> Float[ndarray, "rows both"]:
        """Right entities of each kind, and behind them the given and true ones of each kind together."""
        pairs = entity_pairs(gold, predictions)
        kinds = sorted({name.partition("-")[2] for name in predictions.classes} - {""})
        place = {kind: at for at, kind in enumerate(kinds)}
        found = np.zeros((len(pairs), 2 * len(kinds)))
        for row, (true, given) in enumerate(pairs):
            for each in true & given:
                found[row, place[each.kind]] += 1
            for each in (*true, *given):
                found[row, len(kinds) + place[each.kind]] += 1
        return found

    def value(self, stats: Float[ndarray, "rows both"]) -> float:
        """The mean; 0 where there are no entities, not-a-number without rows."""
        if not len(stats):
            return float("nan")
        kinds = stats.shape[1] // 2
        right, both = stats[:, :kinds].sum(axis=0), stats[:, kinds:].sum(axis=0)
        used = both > 0
        return float((2.0 * right[used] / both[used]).mean()) if used.any() else 0.0
