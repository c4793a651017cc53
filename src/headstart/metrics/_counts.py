"""Label counts that several metrics are told from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from headstart.metrics._without import outside

if TYPE_CHECKING:
    from typing import Self

    from jaxtyping import Bool, Float, Int
    from numpy import ndarray

    from headstart.core.predictions import Predictions


def labels_of(predictions: Predictions) -> Int[ndarray, " rows"]:
    """The predicted labels.

    Raises:
        ValueError: the predictions carry none.
    """
    if predictions.labels is None:
        raise ValueError("this metric reads labels, and these predictions have none")
    return np.asarray(predictions.labels)


def probabilities_of(predictions: Predictions) -> Float[ndarray, "rows classes"]:
    """The predicted probabilities.

    Raises:
        ValueError: the predictions carry none.
    """
    if predictions.probabilities is None:
        raise ValueError("this metric reads probabilities, and these predictions have none")
    return np.asarray(predictions.probabilities)


def label_pairs(gold: Int[ndarray, " rows"], predictions: Predictions) -> Float[ndarray, "rows 2"]:
    """The true and the predicted label of each row."""
    return np.column_stack([gold, labels_of(predictions)]).astype(np.float64)


@dataclass(frozen=True, kw_only=True, eq=False)
class Counts:
    """How often each class is right, predicted and true; an abstention is predicted as no class.

    Of all rows, or a line for each block of what is outside it.
    """

    right: Float[ndarray, "*blocks classes"]
    predicted: Float[ndarray, "*blocks classes"]
    true: Float[ndarray, "*blocks classes"]

    @classmethod
    def of(cls, pairs: Float[ndarray, "rows 2"]) -> Self:
        """Counts of true and predicted labels; labels below 0 are no class."""
        # One shift makes room for -1 in the bins: three bincounts are all a resample costs.
        shifted = pairs.astype(np.int64) + 1
        gold, guess = shifted[:, 0], shifted[:, 1]
        bins = int(shifted.max(initial=0)) + 1
        return cls(
            right=np.bincount(gold[gold == guess], minlength=bins)[1:],
            predicted=np.bincount(guess, minlength=bins)[1:],
            true=np.bincount(gold, minlength=bins)[1:],
        )

    @classmethod
    def without(cls, pairs: Float[ndarray, "rows 2"], blocks: Int[ndarray, " rows"]) -> Self:
        """Counts of the rows outside each block."""
        shifted = pairs.astype(np.int64) + 1
        gold, guess = shifted[:, 0], shifted[:, 1]
        count, bins = int(blocks.max()) + 1, int(shifted.max()) + 1

        def counted(
            label: Int[ndarray, " some"], block: Int[ndarray, " some"]
        ) -> Float[ndarray, "blocks classes"]:
            inside = np.bincount(block * bins + label, minlength=count * bins).reshape(count, bins)
            return outside(inside[:, 1:])

        right = gold == guess
        return cls(
            right=counted(gold[right], blocks[right]),
            predicted=counted(guess, blocks),
            true=counted(gold, blocks),
        )

    @property
    def f1(self) -> Float[ndarray, "*blocks classes"]:
        """F1 of each class; 0 for a class that is neither true nor predicted."""
        return np.asarray(2.0 * self.right / np.maximum(self.predicted + self.true, 1))


def positive_pairs(
    gold: Int[ndarray, " rows"], predictions: Predictions, positive: int
) -> Float[ndarray, "rows 2"]:
    """Whether each row is of the positive class and whether it is predicted to be."""
    return np.column_stack([gold == positive, labels_of(predictions) == positive]).astype(np.float64)


def positive_ranks(
    gold: Int[ndarray, " rows"], predictions: Predictions, positive: int
) -> Float[ndarray, "rows 2"]:
    """Dense rank of each row's probability of the positive class, and whether it is of that class.

    Ranks instead of probabilities let a resample be scored by counting, without sorting again. A
    rank is not-a-number where the probability is.
    """
    return ranked(probabilities_of(predictions)[:, positive], np.asarray(gold) == positive)


def ranked(scores: Float[ndarray, " rows"], positive: Bool[ndarray, " rows"]) -> Float[ndarray, "rows 2"]:
    """Dense rank of each score, not-a-number where it is one, and whether its row is positive."""
    ranks = np.unique(scores.astype(np.float64), return_inverse=True)[1].astype(np.float64)
    ranks[np.isnan(scores)] = np.nan
    return np.column_stack([ranks, positive]).astype(np.float64)


def rank_counts(
    ranks: Float[ndarray, "rows 2"],
) -> tuple[Int[ndarray, " levels"], Int[ndarray, " levels"]] | None:
    """Rows of the positive class and of the rest at each rank, or None where a rank is undefined."""
    if not len(ranks) or np.isnan(ranks[:, 0]).any():
        return None
    level, positive = ranks[:, 0].astype(np.int64), ranks[:, 1] > 0.5
    levels = int(level.max()) + 1
    return np.bincount(level[positive], minlength=levels), np.bincount(level[~positive], minlength=levels)
