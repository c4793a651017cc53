"""Area under the ROC curve."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from headstart.metrics._counts import positive_ranks, rank_counts

if TYPE_CHECKING:
    from jaxtyping import Bool, Float, Int
    from numpy import ndarray

    from headstart.core.predictions import Predictions


@dataclass(frozen=True, kw_only=True)
class RocAuc:
    """How likely a positive row is ranked above another one, ties counting half.

    The Mann-Whitney form of the area under the ROC curve (Hanley and McNeil 1982, equation 1).

    Args:
        positive: index of the class that counts as positive.
    """

    label: ClassVar[str] = "ROC AUC"
    needs: ClassVar[str] = "probabilities"
    greater_is_better: ClassVar[bool] = True
    unit: ClassVar[float] = 0.01

    positive: int = 1

    def stats(self, gold: Int[ndarray, " rows"], predictions: Predictions) -> Float[ndarray, "rows 2"]:
        """Rank of the probability of the positive class, and whether the row is of it."""
        return positive_ranks(gold, predictions, self.positive)

    def value(self, stats: Float[ndarray, "rows 2"]) -> float:
        """The area; not-a-number where rows of one side are missing or a probability is undefined."""
        counts = rank_counts(stats)
        if counts is None:
            return float("nan")
        positive, rest = counts
        pairs = float(positive.sum()) * float(rest.sum())
        if not pairs:
            return float("nan")
        below = np.cumsum(rest) - 0.5 * rest
        return float(positive @ below) / pairs

    def without(
        self, stats: Float[ndarray, "rows 2"], blocks: Int[ndarray, " rows"]
    ) -> Float[ndarray, " blocks"]:
        """The area without each block: its rows' pairs are taken away, those within it once and not twice."""
        count, undefined = int(blocks.max()) + 1, np.isnan(stats[:, 0])
        known, block = stats[~undefined], blocks[~undefined]
        level, positive = known[:, 0].astype(np.int64), known[:, 1] > 0.5
        won = _won(level, positive)
        lost = np.bincount(block, weights=won, minlength=count) - _won_within(level, positive, block, count)
        pairs = np.prod(
            [
                each.sum() - np.bincount(block, weights=each, minlength=count)
                for each in (positive, ~positive)
            ],
            axis=0,
        )
        spoilt = undefined.sum() > np.bincount(blocks, weights=undefined, minlength=count)
        area = np.full(count, np.nan)
        np.divide(won[positive].sum() - lost, pairs, out=area, where=(pairs > 0) & ~spoilt)
        return area


def _won(level: Int[ndarray, " rows"], positive: Bool[ndarray, " rows"]) -> Float[ndarray, " rows"]:
    """The pairs of each row with one of the other side in which the positive row ranks higher."""
    levels = int(level.max(initial=0)) + 1
    above = np.bincount(level[positive], minlength=levels)
    below = np.bincount(level[~positive], minlength=levels)
    higher = above.sum() - np.cumsum(above) + 0.5 * above
    return np.asarray(np.where(positive, (np.cumsum(below) - 0.5 * below)[level], higher[level]))


def _won_within(
    level: Int[ndarray, " rows"], positive: Bool[ndarray, " rows"], block: Int[ndarray, " rows"], count: int
) -> Float[ndarray, " blocks"]:
    """The pairs of rows of each block in which the positive row ranks higher."""
    levels = int(level.max(initial=0)) + 1
    cells, cell = np.unique(block * levels + level, return_inverse=True)
    above = np.bincount(cell[positive], minlength=len(cells))
    below = np.bincount(cell[~positive], minlength=len(cells))
    of = cells // levels
    rest = np.bincount(of, weights=below, minlength=count)
    lower = np.cumsum(below) - 0.5 * below - (np.cumsum(rest) - rest)[of]
    return np.bincount(of, weights=above * lower, minlength=count)
