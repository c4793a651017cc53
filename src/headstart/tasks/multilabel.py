"""Any number of labels for each text."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np
import polars as pl
from scipy.special import expit

from headstart.core.loss_shape import PLAIN, LossShape
from headstart.core.predictions import Predictions
from headstart.core.stated import Stated
from headstart.errors import DataError, UnknownName
from headstart.tasks._label_sets import (
    are_label_lists,
    from_columns,
    from_delimited,
    from_lists,
    is_yes_or_no,
)
from headstart.tasks._labels import in_order, odd_labels
from headstart.tasks._lists import check_one_shape, list_cells, looks_like_lists
from headstart.tasks._settings import refuse_unknown
from headstart.tasks._texts import mean_of_windows, text_examples

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jaxtyping import Float, Int
    from numpy import ndarray
    from torch import Tensor, nn
    from transformers import PreTrainedTokenizerBase

    from headstart.core.base import BaseInfo
    from headstart.core.examples import Examples
    from headstart.core.linear_fit import FitWish, LinearFit
    from headstart.core.profile import Profile
    from headstart.core.rows import Rows


@dataclass(frozen=True, kw_only=True)
class Multilabel:
    """None, one or several of some labels for each row.

    Args:
        classes: names of the labels in the order of the probabilities.
        describe: what a label means in words, for labels whose name does not say it.
        windows: whether a text longer than the base reads is covered by overlapping windows, whose
            probabilities are averaged, rather than cut.
    """

    name: ClassVar[str] = "multilabel"
    answer: ClassVar[str] = "labels"
    pipeline: ClassVar[str] = "text-classification"

    classes: tuple[str, ...]
    describe: Mapping[str, str] = field(default_factory=dict)
    windows: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "classes", tuple(self.classes))
        for named in self.describe:
            if named not in self.classes:
                raise UnknownName("label", named, self.classes)

    @property
    def summary(self) -> str:
        return f"multilabel with {len(self.classes)} labels"

    @classmethod
    def stated(cls, frame: pl.DataFrame, target: tuple[str, ...]) -> Stated | None:
        """Several columns of 0 and 1, or one of lists; those that were named, or all there are."""
        shown = target or tuple(frame.columns)
        several = tuple(each for each in shown if is_yes_or_no(frame[each]))
        lists = tuple(each for each in shown if are_label_lists(frame[each]))
        if len(target) > 1:
            return Stated(target=target) if several == target else None
        if target:
            return Stated(target=target) if lists else None
        if sum(looks_like_lists(frame[each]) for each in shown) > 1:
            return None
        if lists and not several:
            return Stated(target=lists)
        return Stated(target=several) if len(several) > 1 and not lists else None

    @classmethod
    def read(cls, frame: pl.DataFrame, stated: Stated, name: str) -> pl.DataFrame:
        if len(stated.target) > 1:
            sets = from_columns(frame, stated.target, name)
        else:
            check_one_shape(frame[stated.column], name)
            cells = list_cells(frame[stated.column])
            sets = (
                from_delimited(frame[stated.column])
                if cells is None
                else from_lists(cells, stated.column, name)
            )
        answers = pl.Series(stated.column, sets, dtype=pl.String)
        return frame.drop(stated.target).with_columns(answers)

    @classmethod
    def check(cls, rows: Rows, name: str) -> tuple[str, ...]:
        counts = _counted(rows)
        if len(counts) < 2:
            found = f"only {next(iter(counts))!r}" if counts else "no label at all"
            raise DataError(
                f"the target {rows.columns.target!r} of {name} has {found} in {len(rows):,} rows; multilabel "
                "needs at least two labels: name other columns with --target"
            )
        if len(counts) > max(2, len(rows) // 2):
            raise DataError(
                f"the target {rows.columns.target!r} of {name} has {len(counts):,} different labels in "
                f"{len(rows):,} rows; labels need several rows each: is this the right column?"
            )
        bare = sum(not each for each in _sets(rows))
        notes = [f"{bare:,} of {len(rows):,} rows have no label, which is an answer too"] if bare else []
        return (*notes, *odd_labels(counts))

    @classmethod
    def infer(cls, rows: Rows, **settings: Any) -> Self:
        """The labels found in the target, numbers in their order and words by alphabet.

        Raises:
            SettingError: a setting has no meaning here.
            UnknownName: a description speaks of a label that no row has.
        """
        known = refuse_unknown(cls.name, settings, ("describe", "windows"))
        return cls(classes=tuple(in_order(_counted(rows))), **known)

    def settled(self, rows: Rows) -> Self:
        return self

    def counts(self, rows: Rows) -> dict[str, int]:
        return {**dict.fromkeys(self.classes, 0), **_counted(rows)}

    def strata(self, rows: Rows) -> Int[ndarray, " rows"]:
        """The rarest label of each row, so that rare ones come to every part; 0 for rows without any."""
        counts = _counted(rows)
        place = {
            label: at for at, label in enumerate(sorted(counts, key=lambda each: (-counts[each], each)), 1)
        }
        found = [max((place[label] for label in each), default=0) for each in _sets(rows)]
        return np.asarray(found, dtype=np.int64)

    def baselines(self) -> tuple[str, ...]:
        return ("label_frequency", "tfidf_labels")

    def first_rung(self) -> str:
        return "probe"

    def metrics(self) -> tuple[str, ...]:
        return ("label_micro_f1", "label_macro_f1", "mean_average_precision", "subset_accuracy")

    def default_metric(self, profile: Profile) -> str:
        return "label_micro_f1"

    def metric_settings(self) -> Mapping[str, Any]:
        return {}

    def gold(self, rows: Rows) -> Float[ndarray, "rows labels"]:
        """1 where a row has a label, else 0.

        Raises:
            DataError: a row has a label that is none of the task's.
        """
        found = np.zeros((len(rows), len(self.classes)), dtype=np.float32)
        for row, labels in enumerate(_sets(rows)):
            for label in labels:
                if label not in self._index:
                    self._refuse(rows, row, label)
                found[row, self._index[label]] = 1.0
        return found

    def encode(self, rows: Rows, tokenizer: PreTrainedTokenizerBase, max_length: int) -> Examples:
        """Token ids of each text, and its labels where the rows have a target."""
        return text_examples(rows, tokenizer, max_length, windows=self.windows, targets=self.gold)

    def head(self, base: BaseInfo) -> nn.Module:
        """Pooling as the base was trained with, then a linear layer that starts at zero."""
        from headstart.train.pooled_linear import PooledLinear

        return PooledLinear(base.shape.width, len(self.classes), pooling=base.pooling)

    def linear(
        self,
        features: Float[ndarray, "points width"],
        targets: Float[ndarray, "points labels"],
        wish: FitWish,
    ) -> LinearFit:
        """One logistic regression a label."""
        from headstart.train.one_vs_rest import fit_one_vs_rest

        return fit_one_vs_rest(features, targets, wish)

    def loss(
        self,
        outputs: Float[Tensor, "batch labels"],
        targets: Float[Tensor, "batch labels"],
        shape: LossShape = PLAIN,
    ) -> tuple[Tensor, Tensor]:
        """Sum of the binary cross-entropies of all labels, and their number."""
        from torch.nn.functional import binary_cross_entropy_with_logits

        total = binary_cross_entropy_with_logits(outputs.float(), targets, reduction="sum")
        return total, total.new_tensor(float(targets.numel()))

    def decode(self, outputs: Float[ndarray, "examples labels"], examples: Examples) -> Predictions:
        """Probabilities of each row, the mean over its examples, and the labels at least half probable."""
        each = mean_of_windows(expit(outputs.astype(np.float64)), examples)
        return Predictions(classes=self.classes, chosen=each >= 0.5, probabilities=each)

    @cached_property
    def _index(self) -> dict[str, int]:
        return {name: position for position, name in enumerate(self.classes)}

    def _refuse(self, rows: Rows, row: int, label: str) -> None:
        raise DataError(
            f"row {rows.numbers[row]} has the label {label!r} in the target {rows.columns.target!r}, "
            f"which no training row has; there are: {', '.join(self.classes[:20])}; correct the label, add "
            "training rows with it, or remove the row"
        )


def _sets(rows: Rows) -> list[list[str]]:
    return [json.loads(each) for each in rows.targets]


def _counted(rows: Rows) -> Counter[str]:
    return Counter(label for each in _sets(rows) for label in each)
