"""What a lead is worth at the least where some classes have next to no test rows."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar

import numpy as np
from scipy.special import betaincinv

from headstart.evaluation.evaluate import evaluate
from headstart.metrics._counts import Counts, label_pairs, labels_of
from headstart.wording import WINNER

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from jaxtyping import Float, Int
    from numpy import ndarray

    from headstart.core.evaluation import Evaluation
    from headstart.core.metric import Metric
    from headstart.core.predictions import Predictions

LEAST_CLASS_ROWS = 10
# How often a rate seen on the few rows of a class may lie beyond what is counted with.
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
    """The evaluation, with the lower end of each comparison were all rare classes as bad as they may be.

    Few rows of a class tell little, and its F1 has no interval to rely on. But it can take no more from the
    mean of F1 over classes than its share of them, times the difference between the most that the baseline's
    F1 may be and the least that the winner's may. Each rate that these are made of counts as high or as low
    as the rows leave possible but once in a thousand times (Clopper and Pearson 1934). What the other classes
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
    kept = part.least(gold, predictions[WINNER], groups)
    lost = {name: part.most(gold, predictions[name], groups) for name in found.comparisons}
    compared = {
        name: replace(each, at_worst=found.comparisons[name].low + kept - lost[name])
        for name, each in evaluation.comparisons.items()
    }
    return replace(evaluation, comparisons=compared)


def _highest(hits: int, of: int) -> float:
    """The rate of which so few hits among so many are seen once in a thousand times."""
    return 1.0 if hits == of else float(betaincinv(hits + 1, of - hits, 1.0 - DOUBT))


def _lowest(hits: int, of: int) -> float:
    """The rate of which so many hits are seen once in a thousand times."""
    return 1.0 - _highest(of - hits, of)


@dataclass(frozen=True, kw_only=True)
class _Told:
    """What a model says of one class, counted in clusters of rows.

    Args:
        known: clusters of that class.
        found: how many of these have a row that is told right.
        found_whole: how many have no row that is not.
        others: clusters of other classes.
        named: how many of these have a row that is told to be of this one.
    """

    known: int
    found: int
    found_whole: int
    others: int
    named: int

    @classmethod
    def of(
        cls,
        place: int,
        gold: Int[ndarray, " rows"],
        labels: Int[ndarray, " rows"],
        groups: Int[ndarray, " rows"],
    ) -> _Told:
        mine, said = gold == place, labels == place
        known, missed = _distinct(groups[mine]), _distinct(groups[mine & ~said])
        return cls(
            known=known,
            found=_distinct(groups[mine & said]),
            found_whole=known - missed,
            others=_distinct(groups[~mine]),
            named=_distinct(groups[~mine & said]),
        )

    @property
    def most(self) -> float:
        """F1 of a model that finds all it may, and is never wrong when it names the class."""
        recall = _highest(self.found, self.known)
        return 2.0 * recall / (1.0 + recall)

    @property
    def least(self) -> float:
        """F1 of one that finds as little and names as many others as may be, of a class as rare as may be."""
        recall, share = _lowest(self.found_whole, self.known), _lowest(self.known, self.known + self.others)
        wrongly = (1.0 - share) * _highest(self.named, self.others)
        return 2.0 * share * recall / (share * (1.0 + recall) + wrongly) if recall else 0.0


def _distinct(groups: Int[ndarray, " rows"]) -> int:
    return len(np.unique(groups))


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
        return sum(told.most for told in self._rare(gold, predictions, groups)) / self.classes

    def least(
        self, gold: Int[ndarray, " rows"], predictions: Predictions, groups: Int[ndarray, " rows"]
    ) -> float:
        """The least that the other classes may make of it.

        Args:
            gold: true classes.
            predictions: the model's.
            groups: cluster of each row; clusters are counted, and are right where all rows of them are.
        """
        return sum(told.least for told in self._rare(gold, predictions, groups)) / self.classes

    def _rare(
        self, gold: Int[ndarray, " rows"], predictions: Predictions, groups: Int[ndarray, " rows"]
    ) -> list[_Told]:
        labels, rare = labels_of(predictions), set(range(self.classes)) - set(self.common)
        return [_Told.of(place, gold, labels, groups) for place in sorted(rare)]

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
