"""How alike two texts are, each read by itself."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np
import polars as pl

from headstart.core.predictions import Predictions
from headstart.core.stated import Stated
from headstart.errors import DataError
from headstart.tasks._apart import ReadApart, read_apart
from headstart.tasks._numbers import check_varied, fifths_of, is_id, measures, number_cells, numbers_of
from headstart.tasks._prose import unspaced
from headstart.tasks._settings import refuse_unknown

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jaxtyping import Float, Int
    from numpy import ndarray
    from torch import Tensor
    from transformers import PreTrainedTokenizerBase

    from headstart.core.examples import Examples
    from headstart.core.profile import Profile
    from headstart.core.rows import Rows

POINT, PAIR = 0.01, 2
# Characters that texts have at least in scripts without spaces between words.
FEWEST_CHARACTERS = 5


@dataclass(frozen=True, kw_only=True)
class Similarity(ReadApart):
    """A score for two texts, told by the cosine of their vectors (Reimers and Gurevych 2019, section 3).

    As each text is read by itself, a vector serves every pair that the text stands in. A cosine of 0 is
    told as the least score of the training rows and one of 1 as the greatest.

    Args:
        low: least score of the training rows.
        high: greatest score of the training rows.
        scale: their standard deviation.
    """

    name: ClassVar[str] = "similarity"
    answer: ClassVar[str] = "similarity"
    pipeline: ClassVar[str] = "sentence-similarity"

    low: float = 0.0
    high: float = 1.0
    scale: float = 1.0

    @property
    def summary(self) -> str:
        return f"similarity of two texts, scored from {self.low:.3g} to {self.high:.3g}"

    @classmethod
    def stated(cls, frame: pl.DataFrame, target: tuple[str, ...]) -> Stated | None:  # noqa: ARG003
        """None: two texts and a number may as well be meant for a regression, so it has to be named."""
        return None

    @classmethod
    def stated_as_named(cls, frame: pl.DataFrame, target: tuple[str, ...]) -> Stated | None:
        """The only two columns of running text, and the score: the column that was named, or the only one."""
        texts = tuple(each for each in frame.columns if each not in target and _reads_like_text(frame[each]))
        numbers = target or tuple(each for each in frame.columns if _is_score(frame[each]))
        if len(texts) != PAIR or len(numbers) != 1:
            return None
        return Stated(target=numbers, text=texts)

    @classmethod
    def read(cls, frame: pl.DataFrame, stated: Stated, name: str) -> pl.DataFrame:
        if len(stated.target) > 1:
            raise DataError(
                f"{name}: got the targets {', '.join(stated.target)}, and a similarity is one number; name "
                "one column with --target"
            )
        return frame.with_columns(number_cells(frame[stated.column], name))

    @classmethod
    def check(cls, rows: Rows, name: str) -> tuple[str, ...]:
        if len(rows.columns.text) != PAIR:
            raise DataError(
                f"{name}: the text was taken from {' and '.join(map(repr, rows.columns.text))}, and a "
                "similarity is told of two texts; name both columns, as in --text a --text b"
            )
        check_varied(rows, name)
        return _half_empty(rows)

    @classmethod
    def infer(cls, rows: Rows, **settings: Any) -> Self:
        """The range of the scores in the target column."""
        return cls(**refuse_unknown(cls.name, settings, ())).settled(rows)

    def settled(self, rows: Rows) -> Self:
        numbers = numbers_of(rows)
        low, high = float(numbers.min()), float(numbers.max())
        return replace(
            self, low=low, high=high if high > low else low + 1.0, scale=float(numbers.std()) or 1.0
        )

    def strata(self, rows: Rows) -> Int[ndarray, " rows"]:
        """Fifths of the rows by score; equal scores stand in one of them."""
        return fifths_of(rows)

    def baselines(self) -> tuple[str, ...]:
        return ("word_overlap", "untouched")

    def first_rung(self) -> str:
        return "untouched"

    def metrics(self) -> tuple[str, ...]:
        return ("spearman", "pearson", "mae", "rmse")

    def default_metric(self, profile: Profile) -> str:
        return "spearman"

    def metric_settings(self) -> Mapping[str, Any]:
        """A point of an error is a hundredth of the scores' deviation."""
        return {"unit": POINT * self.scale}

    def gold(self, rows: Rows) -> Float[ndarray, " rows"]:
        """The score of each row."""
        return numbers_of(rows)

    def encode(self, rows: Rows, tokenizer: PreTrainedTokenizerBase, max_length: int) -> Examples:
        """Two examples a row, one for each text; the target of both is the row and its score from 0 to 1."""
        texts = list(zip(*(rows.frame[name].to_list() for name in rows.columns.text), strict=True))
        examples = read_apart(texts, tokenizer, max_length)
        if rows.columns.target is None:
            return examples
        scores = (self.gold(rows) - self.low) / (self.high - self.low)
        targets = np.column_stack([np.arange(len(rows)), scores]).astype(np.float32)
        return replace(examples, targets=targets[examples.owners])

    def row_losses(
        self, outputs: Float[Tensor, "batch width"], targets: Float[Tensor, "batch 2"]
    ) -> tuple[Float[Tensor, " rows"], Int[Tensor, " rows"]]:
        """How far the cosine of each row is from its place among those of the other rows."""
        from headstart.train.pairwise_order import pairwise_order

        return pairwise_order(outputs, targets)

    def decode(self, outputs: Float[ndarray, "examples width"], examples: Examples) -> Predictions:
        """The cosine of each row's two vectors, told in the scale of the file."""
        from headstart.models.unit import unit

        one, other = (unit(outputs[first::PAIR].astype(np.float64)) for first in range(PAIR))
        return Predictions(values=self.scored((one * other).sum(axis=1)))

    def scored(self, likeness: Float[ndarray, " rows"]) -> Float[ndarray, " rows"]:
        """A likeness from 0 to 1 in the scale of the file."""
        return np.asarray(self.low + (self.high - self.low) * likeness)


def _reads_like_text(values: pl.Series) -> bool:
    if values.dtype != pl.String:
        return False
    given = values.drop_nulls()
    if 2 * int(given.str.contains(r"\S\s+\S").sum()) > len(given):
        return True
    return unspaced(given.to_list()) and 2 * int((given.str.len_chars() >= FEWEST_CHARACTERS).sum()) > len(
        given
    )


def _is_score(values: pl.Series) -> bool:
    return measures(values) and not is_id(values)


def _half_empty(rows: Rows) -> tuple[str, ...]:
    """Rows that have one text and lack the other."""
    one, other = (rows.frame[each].str.contains(r"\S") for each in rows.columns.text)
    lacking = (one != other).arg_true().to_list()
    if not lacking:
        return ()
    said = "1 row lacks" if len(lacking) == 1 else f"{len(lacking):,} rows lack"
    return (
        f"{said} one of two texts, so that the other is compared with nothing (first in row "
        f"{rows.numbers[lacking[0]]}): add it, or remove the row",
    )
