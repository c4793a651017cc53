"""What a lead is worth at the least where some classes have next to no test rows."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar

import numpy as np
from scipy.special import betaincinv

from headstart.evaluation.evaluate import evaluate
from headstart.metrics._counts import Counts, label_pairs, labels_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from jaxtyping import Float, Int
    from numpy import ndarray

    from headstart.core.evaluation import Evaluation
    from headstart.core.metric import Metric
    from headstart.core.predictions import Predictions

LEAST_CLASS_ROWS = 10
# How often a rare class may be told better by a baseline than is counted with.
DOUBT = 0.001


def with_worst(
    evaluation: Evaluation,
    *,
    metric: Metric,
    gold: Int[ndarray, " rows"],
    predictions: Mapping[str, Predictions],
    groups: Int[ndarray, " rows"],
    class_rows: Sequence[int],
    seed: int,
) -> Evaluation:
    """The evaluation, with the lower end of each comparison were all rare classes lost to the winner.

    Few rows of a class tell little, and its F1 has no interval to rely on. But it can take no more from the
    mean of F1 over classes than its share of them, times the most that the baseline's F1 may be: the winner
    counts as never right about it, and the baseline as never wrong when it names it, and as often right as
    its rows leave possible but once in a thousand times (Clopper and Pearson 1934). What the other classes
    make of that mean has an interval as any metric. Nothing changes without rare classes, where all are, or
    where a metric is no such mean.

    Args:
        evaluation: what `evaluate` made of the same rows.
        metric: the metric that decides.
        gold: true classes.
        predictions: by model, as `evaluate` takes them.
        groups: cluster of each test row.
        class_rows: test rows of each class, in the order of their numbers; empty without classes.
        seed: owns what little chance there is in the intervals.
    """
    part = CommonClasses.of(metric, class_rows)
    if part is None:
        return evaluation
    found = evaluate(
        metric_name=evaluation.metric,
        metric=part,
        gold=gold,
        predictions=predictions,
        groups=groups,
        not_measured={},
        seed=seed,
    )
    lost = {name: part.most(gold, predictions[name], groups) for name in found.comparisons}
    compared = {
        name: replace(each, at_worst=found.comparisons[name].low - lost[name])
        for name, each in evaluation.comparisons.items()
    }
    return replace(evaluation, comparisons=compared)


def _most_f1(clusters: int, right: int) -> float:
    """The greatest F1 of a class with so many clusters of rows, of which so many were found."""
    if right == clusters:
        return 1.0
    recall = float(betaincinv(right + 1, clusters - right, 1.0 - DOUBT))
    return 2.0 * recall / (1.0 + recall)


@dataclass(frozen=True, kw_only=True)
class CommonClasses:
    """Sum of the F1 of some classes over the number of all.

    Args:
        common: which classes.
        classes: how many there are.
    """

    label: ClassVar[str] = "macro-F1 of common classes"
    needs: ClassVar[str] = "labels"
    greater_is_better: ClassVar[bool] = True
    unit: ClassVar[float] = 0.01

    common: tuple[int, ...]
    classes: int

    @classmethod
    def of(cls, metric: Metric, class_rows: Sequence[int]) -> CommonClasses | None:
        """That of a mean of F1 over classes, where some of these are rare and some are not."""
        common = tuple(place for place, rows in enumerate(class_rows) if rows >= LEAST_CLASS_ROWS)
        if not getattr(metric, "counts_classes_alike", False) or not 0 < len(common) < len(class_rows):
            return None
        return cls(common=common, classes=len(class_rows))

    def most(
        self, gold: Int[ndarray, " rows"], predictions: Predictions, groups: Int[ndarray, " rows"]
    ) -> float:
        """The most that the other classes may make of a model's mean F1.

        Args:
            gold: true classes.
            predictions: the model's.
            groups: cluster of each row; clusters are counted, and are right where any row of them is.
        """
        right = labels_of(predictions) == gold
        rare = [place for place in range(self.classes) if place not in self.common]
        mine = [(len(np.unique(groups[gold == each])), groups[right & (gold == each)]) for each in rare]
        return sum(_most_f1(known, len(np.unique(found))) for known, found in mine) / self.classes

    def stats(self, gold: Int[ndarray, " rows"], predictions: Predictions) -> Float[ndarray, "rows 2"]:
        """The true and the predicted label."""
        return label_pairs(gold, predictions)

    def value(self, stats: Float[ndarray, "rows 2"]) -> float:
        """Of all rows."""
        return float(self._part(Counts.of(stats)))

    def without(
        self, stats: Float[ndarray, "rows 2"], blocks: Int[ndarray, " rows"]
    ) -> Float[ndarray, " blocks"]:
        """Of the rows outside each block."""
        return np.asarray(self._part(Counts.without(stats, blocks)))

    def _part(self, counts: Counts) -> Float[ndarray, " *blocks"]:
        # Classes beyond the last that is true or predicted are none of the common ones, which have rows.
        return np.asarray(counts.f1[..., list(self.common)].sum(axis=-1) / self.classes)
