"""Character n-grams that produced texts share with their references."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from headstart.metrics._texts import text_pairs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jaxtyping import Float
    from numpy import ndarray

    from headstart.core.predictions import Predictions

ORDER, BETA = 6, 2.0
GIVEN, TRUE, SHARED = 0, 1, 2


@dataclass(frozen=True, kw_only=True)
class Chrf:
    """chrF2 over a corpus, from 0 to 100 (Popović 2015), as sacrebleu counts it.

    N-grams of one to six characters, blanks left out, recall weighing twice as much as precision. Of
    several references a text is held against the one to which it is nearest.
    """

    label: ClassVar[str] = "chrF"
    needs: ClassVar[str] = "texts"
    greater_is_better: ClassVar[bool] = True
    unit: ClassVar[float] = 1.0

    def stats(self, gold: Any, predictions: Predictions) -> Float[ndarray, "rows 18"]:
        """For each length of n-gram those given, true and shared."""
        lines = [_counts(text, references) for text, references in text_pairs(gold, predictions)]
        return np.asarray(lines, dtype=np.float64).reshape(-1, 3 * ORDER)

    def value(self, stats: Float[ndarray, "rows 18"]) -> float:
        """ChrF of the summed counts; not-a-number without rows."""
        return _f_score(stats.sum(axis=0).reshape(ORDER, 3)) if len(stats) else float("nan")


def _counts(text: str, references: Sequence[str]) -> Float[ndarray, " 18"]:
    given = _ngrams(text)
    found = [_shared(given, _ngrams(each)) for each in references]
    return max(found, key=_f_score).ravel()


def _ngrams(text: str) -> list[Counter[str]]:
    dense = "".join(text.split())
    return [
        Counter(dense[start : start + size] for start in range(len(dense) - size + 1))
        for size in range(1, ORDER + 1)
    ]


def _shared(given: Sequence[Counter[str]], true: Sequence[Counter[str]]) -> Float[ndarray, "orders 3"]:
    return np.asarray(
        [
            # What is given at a length that the reference does not reach is neither right nor wrong.
            (said.total() if there else 0, there.total(), (said & there).total())
            for said, there in zip(given, true, strict=True)
        ],
        dtype=np.float64,
    )


def _f_score(counts: Float[ndarray, "orders 3"]) -> float:
    """F-score of precision and recall, each the mean over the lengths that both sides reach."""
    reached = counts[(counts[:, GIVEN] > 0) & (counts[:, TRUE] > 0)]
    if not len(reached):
        return 0.0
    precision = float((reached[:, SHARED] / reached[:, GIVEN]).mean())
    recall = float((reached[:, SHARED] / reached[:, TRUE]).mean())
    weighed = BETA**2 * precision + recall
    return 100.0 * (1.0 + BETA**2) * precision * recall / weighed if weighed else 0.0
