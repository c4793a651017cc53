"""A number for each text."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np

from headstart.core.loss_shape import PLAIN, LossShape
from headstart.core.predictions import Predictions
from headstart.core.stated import Stated
from headstart.errors import DataError
from headstart.tasks._numbers import (
    check_varied,
    fifths_of,
    is_id,
    measures,
    mostly_measures,
    number_cells,
    numbers_of,
)
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

# A point of an error, in deviations of the numbers.
POINT = 0.01


@dataclass(frozen=True, kw_only=True)
class Regression:
    """A number for each row, such as a rating, a price or how alike two texts are.

    The head works in standard units; `centre` and `scale` turn them into those of the file.

    Args:
        centre: mean of the training rows.
        scale: their standard deviation.
        windows: whether a text longer than the base reads is covered by overlapping windows, whose
            numbers are averaged, rather than cut.
    """

    name: ClassVar[str] = "regression"
    answer: ClassVar[str] = "number"
    pipeline: ClassVar[str] = "text-classification"

    centre: float = 0.0
    scale: float = 1.0
    windows: bool = False

    @property
    def classes(self) -> tuple[str, ...]:
        return ()

    @property
    def summary(self) -> str:
        return f"regression, the numbers being {self.centre:.3g} with a deviation of {self.scale:.3g}"

    @classmethod
    def stated(cls, frame: pl.DataFrame, target: tuple[str, ...]) -> Stated | None:
        """A column of numbers that measure something; the one that was named, or the only one."""
        shown = target or tuple(each for each in frame.columns if not is_id(frame[each]))
        found = [each for each in shown if measures(frame[each])]
        if len(found) != 1 or len(target) > 1:
            return None
        return Stated(target=(found[0],))

    @classmethod
    def stated_as_named(cls, frame: pl.DataFrame, target: tuple[str, ...]) -> Stated | None:
        """The same, or the only column of which most cells are numbers, so that its faults can be told."""
        found = cls.stated(frame, target)
        if found is not None or target:
            return found
        mostly = [each for each in frame.columns if mostly_measures(frame[each])]
        return Stated(target=(mostly[0],)) if len(mostly) == 1 else None

    @classmethod
    def read(cls, frame: pl.DataFrame, stated: Stated, name: str) -> pl.DataFrame:
        if len(stated.target) > 1:
            raise DataError(
                f"{name}: got the targets {', '.join(stated.target)}, and a regression predicts one number "
                "a row; name one column with --target"
            )
        return frame.with_columns(number_cells(frame[stated.column], name).alias(stated.column))

    @classmethod
    def check(cls, rows: Rows, name: str) -> tuple[str, ...]:
        check_varied(rows, name)
        return ()

    @classmethod
    def infer(cls, rows: Rows, **settings: Any) -> Self:
        """The units of the numbers in the target column."""
        known = refuse_unknown(cls.name, settings, ("windows",))
        return cls(**known).settled(rows)

    def settled(self, rows: Rows) -> Self:
        numbers = numbers_of(rows)
        return replace(self, centre=float(numbers.mean()), scale=float(numbers.std()) or 1.0)

    def counts(self, rows: Rows) -> dict[str, int]:
        return {}

    def strata(self, rows: Rows) -> Int[ndarray, " rows"]:
        """Fifths of the rows by size; equal numbers stand in one of them."""
        return fifths_of(rows)

    def baselines(self) -> tuple[str, ...]:
        return ("mean", "tfidf_ridge")

    def first_rung(self) -> str:
        return "probe"

    def metrics(self) -> tuple[str, ...]:
        return ("pearson", "spearman", "mae", "rmse")

    def default_metric(self, profile: Profile) -> str:
        return "pearson"

    def metric_settings(self) -> Mapping[str, Any]:
        """A point of an error is a hundredth of the numbers' deviation."""
        return {"unit": POINT * self.scale}

    def gold(self, rows: Rows) -> Float[ndarray, " rows"]:
        """The number of each row."""
        return numbers_of(rows)

    def encode(self, rows: Rows, tokenizer: PreTrainedTokenizerBase, max_length: int) -> Examples:
        """Token ids of each text, and its number in standard units where the rows have a target."""
        return text_examples(rows, tokenizer, max_length, windows=self.windows, targets=self._standard)

    def head(self, base: BaseInfo) -> nn.Module:
        """Pooling as the base was trained with, then a linear layer that starts at zero."""
        from headstart.train.pooled_linear import PooledLinear

        return PooledLinear(base.shape.width, 1, pooling=base.pooling)

    def linear(
        self, features: Float[ndarray, "points width"], targets: Float[ndarray, " points"], wish: FitWish
    ) -> LinearFit:
        """Ridge regression."""
        from headstart.train.ridge import fit_ridge

        return fit_ridge(features, targets[:, None], wish)

    def loss(
        self,
        outputs: Float[Tensor, "batch 1"],
        targets: Float[Tensor, " batch"],
        shape: LossShape = PLAIN,
    ) -> tuple[Tensor, Tensor]:
        """Sum of the squared errors in standard units, and the number of examples."""
        losses = (outputs[:, 0].float() - targets).square()
        return losses.sum(), losses.new_tensor(float(len(targets)))

    def decode(self, outputs: Float[ndarray, "examples 1"], examples: Examples) -> Predictions:
        """The number of each row: the mean over its examples."""
        each = self.centre + self.scale * outputs.astype(np.float64)
        return Predictions(values=mean_of_windows(each, examples)[:, 0])

    def _standard(self, rows: Rows) -> Float[ndarray, " rows"]:
        """The number of each row in standard units."""
        return np.asarray((self.gold(rows) - self.centre) / self.scale, dtype=np.float32)
