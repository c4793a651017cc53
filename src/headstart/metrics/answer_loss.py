"""Mean loss of the tokens of true answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from headstart.metrics._likelihoods import likelihoods_of, mean_loss

if TYPE_CHECKING:
    from jaxtyping import Float
    from numpy import ndarray

    from headstart.core.predictions import Predictions


@dataclass(frozen=True, kw_only=True)
class AnswerLoss:
    """Negative log-likelihood of the true answers, in nats a token; long answers count more.

    It compares models that cut texts into the same tokens.
    """

    label: ClassVar[str] = "answer loss"
    needs: ClassVar[str] = "likelihoods"
    greater_is_better: ClassVar[bool] = False
    unit: ClassVar[float] = 0.01

    def stats(self, gold: Any, predictions: Predictions) -> Float[ndarray, "rows 2"]:
        return likelihoods_of(predictions)

    def value(self, stats: Float[ndarray, "rows 2"]) -> float:
        return mean_loss(stats)
