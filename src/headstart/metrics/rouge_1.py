"""Single words that produced texts share with their references."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from headstart.metrics._rouge import best_f1, mean, shared_ngrams

if TYPE_CHECKING:
    from jaxtyping import Float
    from numpy import ndarray

    from headstart.core.predictions import Predictions


@dataclass(frozen=True, kw_only=True)
class Rouge1:
    """Mean F1 of single words (Lin 2004), against the reference to which a text is nearest."""

    label: ClassVar[str] = "ROUGE-1"
    needs: ClassVar[str] = "texts"
    greater_is_better: ClassVar[bool] = True
    unit: ClassVar[float] = 0.01

    def stats(self, gold: Any, predictions: Predictions) -> Float[ndarray, "rows 1"]:
        """The F1 of each row."""
        return best_f1(gold, predictions, partial(shared_ngrams, size=1))

    def value(self, stats: Float[ndarray, "rows 1"]) -> float:
        """The mean over rows; not-a-number without any."""
        return mean(stats)
