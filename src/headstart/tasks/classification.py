"""One label a text, of two or more."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np

from headstart.core.loss_shape import PLAIN, LossShape
from headstart.core.predictions import Predictions
from headstart.errors import DataError, UnknownName
from headstart.tasks._labels import as_labels, check_classes, in_order, odd_labels
from headstart.tasks._lists import check_one_shape
from headstart.tasks._settings import refuse_unknown
from headstart.tasks._texts import mean_of_windows, text_examples

if TYPE_CHECKING:
    from collections.abc import Mapping

    import polars as pl
    from jaxtyping import Float, Int
    from numpy import ndarray
    from torch import Tensor, nn
    from transformers import PreTrainedTokenizerBase

    from headstart.core.base import BaseInfo
    from headstart.core.examples import Examples
    from headstart.core.linear_fit import FitWish, LinearFit
    from headstart.core.profile import Profile
    from headstart.core.rows import Rows
    from headstart.core.stated import Stated

BALANCED = 1.5
METRICS = (
    "accuracy",
    "macro_f1",
    "weighted_f1",
    "precision",
    "recall",
    "f1",
    "roc_auc",
    "pr_auc",
    "log_loss",
    "expected_calibration_error",
    "matthews",
)


@dataclass(frozen=True, kw_only=True)
class Classification:
    """One of several classes for each row.

    Args:
        classes: names of the classes in the order of the probabilities.
        describe: what a class means in words, for classes whose name does not say it.
        positive: the class that precision, recall, F1 and thresholds speak of.
        windows: whether a text longer than the base reads is covered by overlapping windows, whose
            probabilities are averaged, rather than cut.
    """

    name: ClassVar[str] = "classification"
    answer: ClassVar[str] = "class"
    pipeline: ClassVar[str] = "text-classification"

    classes: tuple[str, ...]
    describe: Mapping[str, str] = field(default_factory=dict)
    positive: str | None = None
    windows: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "classes", tuple(self.classes))
        for named in (*self.describe, *([] if self.positive is None else [self.positive])):
            if named not in self.classes:
                raise UnknownName("label", named, self.classes)

    @property
    def summary(self) -> str:
        return f"classification into {len(self.classes)} classes"

    @classmethod
    def stated(cls, frame: pl.DataFrame, target: tuple[str, ...]) -> Stated | None:  # noqa: ARG003
        """Never: classes are what a target is taken for when no other kind of task recognises it."""
        return None

    @classmethod
    def read(cls, frame: pl.DataFrame, stated: Stated, name: str) -> pl.DataFrame:
        if len(stated.target) > 1:
            raise DataError(
                f"{name}: got the targets {', '.join(stated.target)}, and classification has one column of "
                "labels; name one with --target, or give --task multilabel for several columns of 0 and 1"
            )
        check_one_shape(frame[stated.column], name)
        return frame.with_columns(as_labels(frame[stated.column]).alias(stated.column))

    @classmethod
    def check(cls, rows: Rows, name: str) -> tuple[str, ...]:
        labels = rows.frame[rows.columns.target or ""]
        check_classes(labels, name)
        return odd_labels(labels.unique())

    @classmethod
    def infer(cls, rows: Rows, **settings: Any) -> Self:
        """The classes found in the target column, numbers in their order and words by alphabet.

        Args:
            rows: all rows with a target.
            settings: `describe`, `positive` and `windows`, as fields of the task.

        Raises:
            DataError: there is one class only, or none, or nearly as many as rows.
            UnknownName: a setting speaks of a label that no row has.
        """
        counts = Counter(rows.targets)
        column = rows.columns.target
        if len(counts) < 2:
            found = f"only {next(iter(counts))!r}" if counts else "no label at all"
            raise DataError(
                f"column {column!r} has {found} in {len(rows)} rows; "
                "a classifier needs at least two labels: choose another column with --target, or add rows"
            )
        if len(counts) > max(2, len(rows) // 2):
            raise DataError(
                f"column {column!r} has {len(counts)} different values in {len(rows)} rows, too many for "
                "classes; choose another column with --target, or group its values into few labels"
            )
        known = refuse_unknown(cls.name, settings, ("describe", "positive", "windows"))
        return cls(classes=tuple(in_order(counts)), **known)

    def settled(self, rows: Rows) -> Self:
        return self

    def counts(self, rows: Rows) -> dict[str, int]:
        return {**dict.fromkeys(self.classes, 0), **Counter(rows.targets)}

    def strata(self, rows: Rows) -> Int[ndarray, " rows"]:
        return rows.frame[rows.columns.target or ""].rank("dense").to_numpy().astype(np.int64) - 1

    def baselines(self) -> tuple[str, ...]:
        return ("majority", "tfidf", "zero_shot")

    def first_rung(self) -> str:
        return "probe"

    def metrics(self) -> tuple[str, ...]:
        return METRICS

    def default_metric(self, profile: Profile) -> str:
        """Accuracy where classes are about equally frequent; macro-F1 where it would hide the rare ones.

        About equally means that the most frequent has at most one and a half times the rows of the
        rarest, whatever the number of classes.
        """
        return "accuracy" if profile.imbalance <= BALANCED else "macro_f1"

    def metric_settings(self) -> Mapping[str, Any]:
        return {}

    def gold(self, rows: Rows) -> Int[ndarray, " rows"]:
        """Index of each row's class.

        Raises:
            DataError: a row has a label that is none of the classes.
        """
        known = self._index
        found = np.fromiter((known.get(each, -1) for each in rows.targets), np.int64, len(rows))
        if (found < 0).any():
            self._refuse(rows, np.flatnonzero(found < 0))
        return found

    def encode(self, rows: Rows, tokenizer: PreTrainedTokenizerBase, max_length: int) -> Examples:
        """Token ids of each text, and its class where the rows have a target."""
        return text_examples(rows, tokenizer, max_length, windows=self.windows, targets=self.gold)

    def head(self, base: BaseInfo) -> nn.Module:
        """Pooling as the base was trained with, then a linear layer that starts at zero."""
        from headstart.train.pooled_linear import PooledLinear

        return PooledLinear(base.shape.width, len(self.classes), pooling=base.pooling)

    def linear(
        self, features: Float[ndarray, "points width"], targets: Int[ndarray, " points"], wish: FitWish
    ) -> LinearFit:
        """Multinomial logistic regression."""
        from headstart.train.linear import fit_linear

        return fit_linear(
            features,
            targets,
            len(self.classes),
            groups=wish.groups,
            row_weights=wish.weights,
            strengths=wish.strengths,
            seed=wish.seed,
        )

    def loss(
        self,
        outputs: Float[Tensor, "batch classes"],
        targets: Int[Tensor, " batch"],
        shape: LossShape = PLAIN,
    ) -> tuple[Tensor, Tensor]:
        """Sum of the cross-entropies, and the number of examples or the sum of their weights."""
        from headstart.train.cross_entropy import cross_entropy

        return cross_entropy(outputs, targets, shape)

    def decode(self, outputs: Float[ndarray, "examples classes"], examples: Examples) -> Predictions:
        """Probabilities of each row: the mean over its examples."""
        powers = np.exp(outputs.astype(np.float64) - outputs.max(axis=1, keepdims=True, initial=-np.inf))
        each = powers / powers.sum(axis=1, keepdims=True)
        each = mean_of_windows(each, examples)
        return Predictions(classes=self.classes, labels=each.argmax(axis=1), probabilities=each)

    @cached_property
    def _index(self) -> dict[str, int]:
        return {name: position for position, name in enumerate(self.classes)}

    def _refuse(self, rows: Rows, where: Int[ndarray, " unknown"]) -> None:
        label = rows.targets[int(where[0])]
        raise DataError(
            f"row {rows.numbers[where[0]]} has the label {label!r} in column {rows.columns.target!r}, which "
            f"no training row has ({len(where)} such rows); there are: {', '.join(self.classes[:20])}; "
            "correct the label, add training rows with it, or remove the row"
        )
