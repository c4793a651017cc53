"""F1 of whole entities."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from headstart.metrics._entities import GIVEN, RIGHT, TRUE, entity_counts, ratio

if TYPE_CHECKING:
    from jaxtyping import Float
    from numpy import ndarray

    from headstart.core.predictions import Predictions


@dataclass(frozen=True, kw_only=True)
class EntityF1:
    """Harmonic mean of precision and recall over the entities of all rows.

    As the shared task CoNLL-2003 counts them (Tjong Kim Sang and De Meulder 2003, section 3).
    """

    label: ClassVar[str] = "entity F1"
    needs: ClassVar[str] = "tags"
    greater_is_better: ClassVar[bool] = True
    unit: ClassVar[float] = 0.01

    def stats(self, gold: Any, predictions: Predictions) -> Float[ndarray, "rows 3"]:
        """Entities that are right, given and true."""
        return entity_counts(gold, predictions)

    def value(self, stats: Float[ndarray, "rows 3"]) -> float:
        """F1 over all entities together; 0 where there are none, not-a-number without rows."""
        if not len(stats):
            return float("nan")
        counts = stats.sum(axis=0)
        return ratio(2.0 * counts[RIGHT], counts[GIVEN] + counts[TRUE])
