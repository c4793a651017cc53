"""Share of rows whose answer is exactly right."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from headstart.core.answer_match import ARTICLES, exact_match
from headstart.metrics._answers import answer_scores

if TYPE_CHECKING:
    from jaxtyping import Float
    from numpy import ndarray

    from headstart.core.predictions import Predictions


@dataclass(frozen=True, kw_only=True)
class ExactMatch:
    """Share of rows whose answer equals one of the right ones.

    Case, punctuation, articles and spaces do not count (Rajpurkar et al. 2016, section 6.1).

    Args:
        articles: words that do not count, with spaces between.
    """

    label: ClassVar[str] = "exact match"
    needs: ClassVar[str] = "texts"
    greater_is_better: ClassVar[bool] = True
    unit: ClassVar[float] = 0.01

    articles: str = ARTICLES

    def stats(self, gold: Any, predictions: Predictions) -> Float[ndarray, "rows 1"]:
        """1 where the answer is right, else 0."""
        return answer_scores(gold, predictions, lambda given, right: exact_match(given, right, self.articles))

    def value(self, stats: Float[ndarray, "rows 1"]) -> float:
        """The share that is right; not-a-number without rows."""
        return float(stats.mean()) if len(stats) else float("nan")
