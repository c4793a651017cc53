"""How many words a model hesitates between, at each token of true answers."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from headstart.metrics._likelihoods import likelihoods_of, mean_loss

if TYPE_CHECKING:
    from jaxtyping import Float
    from numpy import ndarray

    from headstart.core.predictions import Predictions

# Beyond this the loss is past all sense, and its exponential no longer a number.
MOST = 700.0


@dataclass(frozen=True, kw_only=True)
class Perplexity:
    """The exponential of the mean loss of the tokens of true answers (Jelinek et al. 1977)."""

    label: ClassVar[str] = "perplexity"
    needs: ClassVar[str] = "likelihoods"
    greater_is_better: ClassVar[bool] = False
    unit: ClassVar[float] = 0.1
    best: ClassVar[float] = 1.0

    def stats(self, gold: Any, predictions: Predictions) -> Float[ndarray, "rows 2"]:
        return likelihoods_of(predictions)

    def value(self, stats: Float[ndarray, "rows 2"]) -> float:
        return math.exp(min(mean_loss(stats), MOST))
