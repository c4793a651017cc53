"""Share of the right passages that are found among the first ten passages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from headstart.metrics._rankings import mean, recalls

if TYPE_CHECKING:
    from jaxtyping import Float
    from numpy import ndarray

    from headstart.core.predictions import Predictions

DEPTH = 10


@dataclass(frozen=True, kw_only=True)
class RecallAt10:
    """Right passages among the first 10 over all right ones (Manning et al. 2008, section 8.4)."""

    label: ClassVar[str] = "recall@10"
    needs: ClassVar[str] = "ranked"
    greater_is_better: ClassVar[bool] = True
    unit: ClassVar[float] = 0.01

    def stats(self, gold: Any, predictions: Predictions) -> Float[ndarray, "rows 1"]:
        """The share of each row's right passages."""
        return recalls(gold, predictions, DEPTH)

    def value(self, stats: Float[ndarray, "rows 1"]) -> float:
        """The mean; not-a-number without rows."""
        return mean(stats)
