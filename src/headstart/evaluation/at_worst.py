"""What a lead is worth at the least where some classes have next to no test rows."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from headstart.evaluation.evaluate import evaluate
from headstart.metrics._counts import Counts, label_pairs

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from jaxtyping import Float, Int
    from numpy import ndarray

    from headstart.core.evaluation import Evaluation
    from headstart.core.metric import Metric
    from headstart.core.predictions import Predictions

LEAST_CLASS_ROWS = 10


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

    Of a rare class nothing is told by its few rows; but it can take no more from the mean of F1 over classes
    than its share of them: that, if the winner were never right about it and the baseline always. What the
    others make of that mean has an interval as any metric. Nothing changes without rare classes, where all
    are, or where a metric is no such mean.

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
    worst = {name: each.low - part.rare for name, each in found.comparisons.items()}
    compared = {name: replace(each, at_worst=worst[name]) for name, each in evaluation.comparisons.items()}
    return replace(evaluation, comparisons=compared)


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

    @property
    def rare(self) -> float:
        """Share of the classes that are rare, and so of all that they can make of macro-F1."""
        return 1.0 - len(self.common) / self.classes

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
