"""Mean average precision over labels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from headstart.metrics._counts import probabilities_of, rank_counts, ranked
from headstart.metrics._label_sets import true_of

if TYPE_CHECKING:
    from jaxtyping import Float
    from numpy import ndarray

    from headstart.core.predictions import Predictions


@dataclass(frozen=True, kw_only=True)
class MeanAveragePrecision:
    """Mean over labels of the precision at each rank, weighted by the recall it adds.

    The step-wise sum, without interpolation (Manning, Raghavan and Schuetze 2008, section 8.4).
    """

    label: ClassVar[str] = "mean average precision"
    needs: ClassVar[str] = "probabilities"
    greater_is_better: ClassVar[bool] = True
    unit: ClassVar[float] = 0.01

    def stats(
        self, gold: Float[ndarray, "rows labels"], predictions: Predictions
    ) -> Float[ndarray, "rows both"]:
        """For each label in turn, the rank of its probability and whether the row has it."""
        probabilities, true = probabilities_of(predictions), true_of(gold)
        return np.hstack([ranked(probabilities[:, each], true[:, each]) for each in range(true.shape[1])])

    def value(self, stats: Float[ndarray, "rows both"]) -> float:
        """The mean over labels that a row has; not-a-number without any, or where a probability is none."""
        found = [_average_precision(stats[:, at : at + 2]) for at in range(0, stats.shape[1], 2)]
        known = [each for each in found if each is not None]
        return float(np.mean(known)) if known else float("nan")


def _average_precision(ranks: Float[ndarray, "rows 2"]) -> float | None:
    """Of one label; None where no row has it, not-a-number where a probability is undefined."""
    counts = rank_counts(ranks)
    if counts is None:
        return float("nan") if len(ranks) else None
    if not counts[0].any():
        return None
    positive, rest = (each[::-1] for each in counts)
    right = np.cumsum(positive)
    precision = right / np.maximum(right + np.cumsum(rest), 1)
    return float(positive @ precision) / float(right[-1])
