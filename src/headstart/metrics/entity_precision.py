"""Share of the given entities that are right."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from headstart.metrics._entities import GIVEN, RIGHT, entity_counts, ratio

if TYPE_CHECKING:
    from jaxtyping import Float
    from numpy import ndarray

    from headstart.core.predictions import Predictions


@dataclass(frozen=True, kw_only=True)
class EntityPrecision:
    """How many of the entities that were given are true ones, of the same kind and the same words."""

    label: ClassVar[str] = "entity precision"
    needs: ClassVar[str] = "tags"
    greater_is_better: ClassVar[bool] = True
    unit: ClassVar[float] = 0.01

    def stats(self, gold: Any, predictions: Predictions) -> Float[ndarray, "rows 3"]:
        """Entities that are right, given and true."""
        return entity_counts(gold, predictions)

    def value(self, stats: Float[ndarray, "rows 3"]) -> float:
        """The share of given entities; 0 where there are none, not-a-number without rows."""
        if not len(stats):
            return float("nan")
        counts = stats.sum(axis=0)
        return ratio(counts[RIGHT], counts[GIVEN])
