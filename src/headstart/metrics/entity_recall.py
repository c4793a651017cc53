"""Share of the true entities that are found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from headstart.metrics._entities import RIGHT, TRUE, entity_counts, ratio

if TYPE_CHECKING:
    from jaxtyping import Float
    from numpy import ndarray

    from headstart.core.predictions import Predictions


@dataclass(frozen=True, kw_only=True)
class EntityRecall:
    """How many of the true entities were given, of the same kind and the same words."""

    label: ClassVar[str] = "entity recall"
    needs: ClassVar[str] = "tags"
    greater_is_better: ClassVar[bool] = True
    unit: ClassVar[float] = 0.01

    def stats(self, gold: Any, predictions: Predictions) -> Float[ndarray, "rows 3"]:
        """Entities that are right, given and true."""
        return entity_counts(gold, predictions)

    def value(self, stats: Float[ndarray, "rows 3"]) -> float:
        """The share of true entities; 0 where there are none, not-a-number without rows."""
        if not len(stats):
            return float("nan")
        counts = stats.sum(axis=0)
        return ratio(counts[RIGHT], counts[TRUE])
