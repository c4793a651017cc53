"""Predictors that answer from what a backbone makes of texts, and one pass over the texts for several."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Protocol

from headstart.train.outputs import outputs_of, outputs_of_each

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jaxtyping import Float
    from numpy import ndarray
    from torch import nn

    from headstart.core.examples import Examples
    from headstart.core.predictions import Predictions
    from headstart.core.rows import Rows
    from headstart.core.task import Task
    from headstart.models.backbone import Backbone


class Reading(Protocol):
    """A predictor that reads texts through a backbone and tells the rest from that."""

    @property
    def task(self) -> Task:
        """Encodes rows."""
        ...

    @property
    def max_length(self) -> int:
        """Tokens that are read of a text at most."""
        ...

    @property
    def computing(self) -> Backbone:
        """The backbone, ready to read in the precision that it computes in."""
        ...

    @property
    def reader(self) -> nn.Module:
        """What it wants of the backbone: (states [batch, tokens, width], mask [batch, tokens]) -> outputs."""
        ...

    def told(self, outputs: Float[ndarray, "points outputs"], examples: Examples) -> Predictions:
        """One prediction per row from the outputs of its examples."""
        ...


def can_share(predictor: Any) -> bool:
    """Whether a predictor, or a class of them, is a `Reading`."""
    return hasattr(predictor, "told")


def encoded(reading: Reading, rows: Rows) -> Examples:
    """The examples that it reads; a target column, if any, is not read."""
    blind = replace(rows, columns=replace(rows.columns, target=None))
    return reading.task.encode(blind, reading.computing.tokenizer, reading.max_length)


def predicted(reading: Reading, rows: Rows) -> Predictions:
    """Its predictions in the order of the rows."""
    examples = encoded(reading, rows)
    return reading.told(outputs_of(reading.computing, reading.reader, examples), examples)


def read_together(
    readings: Sequence[Reading], rows: Rows
) -> tuple[Examples, list[Float[ndarray, "points outputs"]]]:
    """The examples, and the outputs of each reader, from one pass of the first one's backbone.

    Args:
        readings: of equal backbones, that encode rows alike and compute in the same precision.
        rows: what is read.
    """
    first = readings[0]
    examples = encoded(first, rows)
    return examples, outputs_of_each(first.computing, [each.reader for each in readings], examples)
