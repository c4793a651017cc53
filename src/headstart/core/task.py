"""What is to be predicted from a row."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Protocol, Self

from headstart.core.loss_shape import PLAIN, LossShape

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
    from headstart.core.predictions import Predictions
    from headstart.core.profile import Profile
    from headstart.core.rows import Rows
    from headstart.core.stated import Stated

ANSWERS = ("class", "number", "labels", "tags", "span", "similarity", "ranking", "text", "reply")
# Those that are written.
WRITTEN = ("text", "reply")


def predictor_of(task: object) -> str:
    """Name of the predictor that gives a task's answers from a backbone and a head."""
    return str(getattr(task, "predictor", "network"))


class Task(Protocol):
    """One kind of task, from the file's columns to answers; a frozen dataclass of plain values.

    The target column of clean rows is text, whatever the task: `read` writes it and `gold` reads it.
    So splitting, ordering, hashing and handing over rows need not know what an answer is made of.

    Attributes:
        answer: what it says of a row: a `class`, a `number`, `labels` (none or several), `tags` (one a
            word), a `span` (a stretch of one of its texts, or none), a `similarity` (a number for two texts
            that are read apart), a `ranking` (the best passages of a corpus), a `text` or, in a
            conversation, a `reply`.
        pipeline: its name on model cards, as the Hugging Face hub spells it.

    A task may say more of itself; what it does not say is as usual:
        predictor: name of the predictor that gives its answers from a backbone and a head; `network`.
        base_kinds: the kinds of base that can learn it; any.
        base_notes(base, parts, max_length): what to tell of the rows under a base before anything is fitted,
            in no word of theirs, and the check that the base can serve them; nothing.
        base_preview(base, rows, max_length): what a base is to learn of the first row, in its words; nothing.
        length_ratio: tokens read of a row over those of its text; 1.
        grouped_by: the place of the text column whose equal values belong together, where no other column
            is named for that; none.
        stated_as_named(frame, target): what `stated` says where the kind was named, so that columns will
            do which might as well mean another kind; the same.
        label_costs(metric): of a task of classes, what it costs to say column j where row i is true; the
            label of least expected cost is then given, where nobody said otherwise.
    """

    name: ClassVar[str]
    answer: ClassVar[str]
    pipeline: ClassVar[str]

    @property
    def classes(self) -> tuple[str, ...]:
        """Names of what it tells apart, in the order of outputs; empty for numbers and texts."""
        ...

    @property
    def summary(self) -> str:
        """What it is, in a few words."""
        ...

    @classmethod
    def stated(cls, frame: pl.DataFrame, target: tuple[str, ...]) -> Stated | None:
        """The columns of an uncleaned table that can hardly mean another kind of task; None without.

        Args:
            frame: the table.
            target: the columns that were named as target; empty to look for them.
        """
        ...

    @classmethod
    def read(cls, frame: pl.DataFrame, stated: Stated, name: str) -> pl.DataFrame:
        """The table with the answer as text in the column `stated.column`, blank where it is missing.

        Args:
            frame: the table as it was read.
            stated: its columns.
            name: the source as messages name it.

        Raises:
            DataError: a cell does not fit this kind of task; the message names its row.
        """
        ...

    @classmethod
    def check(cls, rows: Rows, name: str) -> tuple[str, ...]:
        """What is odd about the answers of clean rows, in plain words.

        Raises:
            DataError: they can't be meant for this kind of task.
        """
        ...

    @classmethod
    def infer(cls, rows: Rows, **settings: Any) -> Self:
        """The task that these rows state.

        Raises:
            DataError: the target does not fit this kind of task; the message says why.
            SettingError: a setting does not fit it.
        """
        ...

    def settled(self, rows: Rows) -> Self:
        """The task with what it takes from training rows alone, such as the unit of a number."""
        ...

    def counts(self, rows: Rows) -> dict[str, int]:
        """Rows by what they are labelled as, 0 for what none is; empty where nothing can be counted."""
        ...

    def strata(self, rows: Rows) -> Int[ndarray, " rows"]:
        """A number from 0 for each row; splits, halves and folds keep the shares of each of them."""
        ...

    def baselines(self) -> tuple[str, ...]:
        """Names of the strategies that an adaptation has to beat."""
        ...

    def first_rung(self) -> str:
        """Name of the strategy that reads the untouched base; its model stands for that base."""
        ...

    def metrics(self) -> tuple[str, ...]:
        """Names of the metrics that apply."""
        ...

    def default_metric(self, profile: Profile) -> str:
        """The metric to choose by when none is named."""
        ...

    def metric_settings(self) -> Mapping[str, Any]:
        """Settings that it has for metrics, by name; a metric takes those it knows."""
        ...

    def gold(self, rows: Rows) -> Any:
        """The true answers in the form that metrics read."""
        ...

    def encode(self, rows: Rows, tokenizer: PreTrainedTokenizerBase, max_length: int) -> Examples:
        """Examples of these rows, targets included where the rows have them."""
        ...

    def head(self, base: BaseInfo) -> nn.Module:
        """A new head: (states [batch, tokens, width], mask [batch, tokens]) -> outputs.

        Outputs are [batch, outputs], or [batch, tokens, outputs] where each token is answered for.
        """
        ...

    def linear(self, features: Float[ndarray, "points width"], targets: ndarray, wish: FitWish) -> LinearFit:
        """A regularised linear layer on vectors of a frozen base, from which a head may start.

        Args:
            features: a vector for each example, or for each token that has a target.
            targets: their targets, as `encode` gives them.
            wish: how it is to be fitted.
        """
        ...

    def loss(self, outputs: Tensor, targets: Tensor, shape: LossShape = PLAIN) -> tuple[Tensor, Tensor]:
        """Sum of the losses and sum of their weights, so that accumulation is exact."""
        ...

    def decode(self, outputs: Float[ndarray, "points outputs"], examples: Examples) -> Predictions:
        """One prediction per row from the outputs of its examples, or of their tokens end to end."""
        ...
