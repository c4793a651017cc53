"""How far answers share their words with the right ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from headstart.core.answer_match import ARTICLES, word_f1
from headstart.metrics._answers import answer_scores

if TYPE_CHECKING:
    from jaxtyping import Float
    from numpy import ndarray

    from headstart.core.predictions import Predictions


@dataclass(frozen=True, kw_only=True)
class AnswerF1:
    """F1 of the words of each answer beside the right one that it is most like, on the mean over rows.

    Case, punctuation, articles and the order of words do not count (Rajpurkar et al. 2016, section 6.1).

    Args:
        articles: words that do not count, with spaces between.
    """

    label: ClassVar[str] = "answer F1"
    needs: ClassVar[str] = "texts"
    greater_is_better: ClassVar[bool] = True
    unit: ClassVar[float] = 0.01

    articles: str = ARTICLES

    def stats(self, gold: Any, predictions: Predictions) -> Float[ndarray, "rows 1"]:
        """F1 of each row's answer."""
        return answer_scores(gold, predictions, lambda given, right: word_f1(given, right, self.articles))

    def value(self, stats: Float[ndarray, "rows 1"]) -> float:
        """The mean over rows; not-a-number without any."""
        return float(stats.mean()) if len(stats) else float("nan")
