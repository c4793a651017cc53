"""How good predictions are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Protocol

if TYPE_CHECKING:
    from jaxtyping import Float
    from numpy import ndarray

    from headstart.core.predictions import Predictions


class Metric(Protocol):
    """A quality with one line of statistics per row, so that any of them can be resampled alike.

    Attributes:
        label: its name for people, such as `macro-F1`.
        needs: the field of predictions that it reads, such as `labels` or `probabilities`.
        greater_is_better: whether more is better.

    One that no task lists among its own decides where it is named and says so: `answers` holds the kinds of
    answer that it measures (`core.task.ANSWERS`).

    `unit` is 0.01 for shares, and a field of the metric where only the task can say it. A metric of classes
    that says `counts_classes_alike` lies behind the share of right answers where rare classes are not learnt.
    Nought is the least there can be, unless the metric says another value: as `best` where less is better, as
    `worst` where more is, such as -1 of a correlation.

    A metric may also have `without(stats, blocks)`, which takes the block of each row, numbered from 0, and
    gives `value` of all rows outside each block. It spares the intervals one pass over the rows a block;
    where there is none, blocks are left out one by one.
    """

    label: ClassVar[str]
    needs: ClassVar[str]
    greater_is_better: ClassVar[bool]

    @property
    def unit(self) -> float:
        """What one point of the margin is, in the metric's own scale."""
        ...

    def stats(self, gold: Any, predictions: Predictions) -> Float[ndarray, "rows stats"]:
        """One line of numbers per row, from which `value` can be told."""
        ...

    def value(self, stats: Float[ndarray, "rows stats"]) -> float:
        """The metric over rows that may repeat; not-a-number where it is not defined."""
        ...
