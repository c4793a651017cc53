"""The longest run of words, with gaps, that produced texts share with their references."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from headstart.metrics._rouge import best_f1, mean, shared_in_order

if TYPE_CHECKING:
    from jaxtyping import Float
    from numpy import ndarray

    from headstart.core.predictions import Predictions


@dataclass(frozen=True, kw_only=True)
class RougeL:
    """Mean F1 of longest common subsequences (Lin 2004), against the reference that is nearest."""

    label: ClassVar[str] = "ROUGE-L"
    needs: ClassVar[str] = "texts"
    greater_is_better: ClassVar[bool] = True
    unit: ClassVar[float] = 0.01

    def stats(self, gold: Any, predictions: Predictions) -> Float[ndarray, "rows 1"]:
        """The F1 of each row."""
        return best_f1(gold, predictions, shared_in_order)

    def value(self, stats: Float[ndarray, "rows 1"]) -> float:
        """The mean over rows; not-a-number without any."""
        return mean(stats)
