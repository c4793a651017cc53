"""Predictors that answer from what a backbone makes of texts, and one pass over the texts for several."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

from headstart.train.outputs import outputs_of, outputs_of_each
from headstart.train.precision import for_inference

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


class Reading(ABC):
    """A predictor that reads texts through a backbone and tells the rest from that.

    Its weights must not change once it has predicted.
    """

    backbone: Backbone
    task: Task
    max_length: int
    precision: str

    @property
    @abstractmethod
    def reader(self) -> nn.Module:
        """What it wants of the backbone: (states [batch, tokens, width], mask [batch, tokens]) -> outputs."""

    @abstractmethod
    def told(self, outputs: Float[ndarray, "points outputs"], examples: Examples) -> Predictions:
        """One prediction per row from the outputs of its examples."""

    @cached_property
    def computing(self) -> Backbone:
        """The backbone, ready to read in the precision that it computes in."""
        return for_inference(self.backbone.eval(), self.precision)

    def predict(self, rows: Rows) -> Predictions:
        """Predictions in the order of the rows; a target column, if any, is not read."""
        examples = self.encoded(rows)
        return self.told(outputs_of(self.computing, self.reader, examples), examples)

    def encoded(self, rows: Rows) -> Examples:
        """The examples that it reads, without their targets."""
        blind = replace(rows, columns=replace(rows.columns, target=None))
        return self.task.encode(blind, self.backbone.tokenizer, self.max_length)


def read_together(
    readings: Sequence[Reading], rows: Rows
) -> tuple[Examples, list[Float[ndarray, "points outputs"]]]:
    """The examples, and the outputs of each reader, from one pass of the first one's backbone.

    Args:
        readings: of equal backbones, that encode rows alike and compute in the same precision.
        rows: what is read.
    """
    first = readings[0]
    examples = first.encoded(rows)
    return examples, outputs_of_each(first.computing, [each.reader for each in readings], examples)
