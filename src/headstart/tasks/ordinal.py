"""One class of several that have an order, such as stars."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, Self

from headstart import registry
from headstart.core.loss_shape import PLAIN, LossShape
from headstart.errors import DataError
from headstart.tasks._settings import refuse_unknown

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import polars as pl
    from jaxtyping import Float, Int
    from numpy import ndarray
    from torch import Tensor, nn
    from transformers import PreTrainedTokenizerBase

    from headstart.core.base import BaseInfo
    from headstart.core.examples import Examples
    from headstart.core.linear_fit import FitWish, LinearFit
    from headstart.core.predictions import Predictions
    from headstart.core.profile import Profile
    from headstart.core.rows import Rows
    from headstart.core.stated import Stated

# A dash that parts the number from a word before it, as in `level-2`, is no sign.
_NUMBER = re.compile(r"(?:(?<!\w)[+-])?\d+(?:\.\d+)?")


@dataclass(frozen=True, kw_only=True)
class Ordinal:
    """Classes whose order counts: a near miss is better than a far one.

    Probabilities are those of a classifier. What differs is the loss that trains it, and the label that is
    given: the one of least expected squared distance (or distance, where the mean absolute error decides),
    rather than the most probable one.

    Args:
        classes: names of the classes from the lowest to the highest.
        describe: what a class means in words.
        windows: whether a text longer than the base reads is covered by overlapping windows.
    """

    name: ClassVar[str] = "ordinal"
    answer: ClassVar[str] = "class"
    pipeline: ClassVar[str] = "text-classification"

    classes: tuple[str, ...]
    describe: Mapping[str, str] = field(default_factory=dict)
    windows: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "classes", tuple(self.classes))

    @property
    def summary(self) -> str:
        return (
            f"ordered classes from {self.classes[0]!r} to {self.classes[-1]!r}, {len(self.classes)} of them"
        )

    @classmethod
    def stated(cls, frame: pl.DataFrame, target: tuple[str, ...]) -> Stated | None:  # noqa: ARG003
        """Never: whether numbers have an order that counts is for a person to say."""
        return None

    @classmethod
    def read(cls, frame: pl.DataFrame, stated: Stated, name: str) -> pl.DataFrame:
        found: pl.DataFrame = _unordered().read(frame, stated, name)
        return found

    @classmethod
    def check(cls, rows: Rows, name: str) -> tuple[str, ...]:
        found: tuple[str, ...] = _unordered().check(rows, name)
        return found

    @classmethod
    def infer(cls, rows: Rows, **settings: Any) -> Self:
        """The classes found in the target column, in the order of the numbers that they hold.

        Raises:
            DataError: there is one class only, or a class holds no number or the number of another one.
            SettingError: a setting does not fit it.
        """
        known = refuse_unknown(cls.name, settings, ("describe", "windows"))
        plain = _unordered().infer(rows, describe=known.get("describe", {}))
        return cls(classes=_in_order(Counter(rows.targets)), **{**known, "describe": plain.describe})

    def settled(self, rows: Rows) -> Self:
        return self

    def counts(self, rows: Rows) -> dict[str, int]:
        return {**dict.fromkeys(self.classes, 0), **Counter(rows.targets)}

    def strata(self, rows: Rows) -> Int[ndarray, " rows"]:
        found: Int[ndarray, " rows"] = self._plain.strata(rows)
        return found

    def baselines(self) -> tuple[str, ...]:
        return ("majority", "tfidf", "zero_shot")

    def first_rung(self) -> str:
        return "probe"

    def metrics(self) -> tuple[str, ...]:
        return ("quadratic_kappa", "rank_mae", "accuracy", "macro_f1", "log_loss")

    def default_metric(self, profile: Profile) -> str:
        return "quadratic_kappa"

    def metric_settings(self) -> Mapping[str, Any]:
        return {"classes": len(self.classes)}

    def label_costs(self, metric: str) -> tuple[tuple[float, ...], ...]:
        """What it costs to say column j where row i is true: the distance, squared but for `rank_mae`."""
        power = 1.0 if metric == "rank_mae" else 2.0
        places = range(len(self.classes))
        return tuple(tuple(float(abs(true - said)) ** power for said in places) for true in places)

    def gold(self, rows: Rows) -> Int[ndarray, " rows"]:
        """Place of each row's class.

        Raises:
            DataError: a row has a label that is none of the classes.
        """
        found: Int[ndarray, " rows"] = self._plain.gold(rows)
        return found

    def encode(self, rows: Rows, tokenizer: PreTrainedTokenizerBase, max_length: int) -> Examples:
        """Token ids of each text, and its class where the rows have a target."""
        found: Examples = self._plain.encode(rows, tokenizer, max_length)
        return found

    def head(self, base: BaseInfo) -> nn.Module:
        """Pooling as the base was trained with, then a linear layer that starts at zero."""
        found: nn.Module = self._plain.head(base)
        return found

    def linear(
        self, features: Float[ndarray, "points width"], targets: Int[ndarray, " points"], wish: FitWish
    ) -> LinearFit:
        """Multinomial logistic regression, which knows no order; its labels do."""
        found: LinearFit = self._plain.linear(features, targets, wish)
        return found

    def loss(
        self,
        outputs: Float[Tensor, "batch classes"],
        targets: Int[Tensor, " batch"],
        shape: LossShape = PLAIN,
    ) -> tuple[Tensor, Tensor]:
        """Sum of the ranked ignorance scores, and the number of examples or the sum of their weights."""
        from headstart.train.ranked_ignorance import ranked_ignorance

        return ranked_ignorance(outputs, targets, shape)

    def decode(self, outputs: Float[ndarray, "examples classes"], examples: Examples) -> Predictions:
        """Probabilities of each row: the mean over its examples."""
        found: Predictions = self._plain.decode(outputs, examples)
        return found

    @cached_property
    def _plain(self) -> Any:
        """The same classes without their order."""
        return _unordered()(classes=self.classes, describe=self.describe, windows=self.windows)


def _unordered() -> Any:
    return registry.load("tasks", "classification")


def _in_order(labels: Iterable[str]) -> tuple[str, ...]:
    places = dict[float, str]()
    for label in sorted(labels):
        found = _NUMBER.findall(label)
        if len(found) != 1:
            raise DataError(
                f"the label {label!r} holds {'no' if not found else 'more than one'} number, and ordered "
                "classes stand in the order of their numbers, such as 1 to 5 or '3 stars'; write numbers, or "
                "give --task classification"
            )
        number = float(found[0])
        if number in places:
            raise DataError(
                f"the labels {places[number]!r} and {label!r} hold the same number, so their order is not "
                "clear; make them equal or give them numbers of their own"
            )
        places[number] = label
    return tuple(places[each] for each in sorted(places))
