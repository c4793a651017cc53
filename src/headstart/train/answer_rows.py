"""What dev conversations say of a network as it stands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from headstart.core.predictions import Predictions
from headstart.models.next_token import answer_losses
from headstart.models.subset import subset
from headstart.train.dev_rows import Reading

if TYPE_CHECKING:
    from collections.abc import Callable

    from jaxtyping import Float, Int
    from numpy import ndarray
    from torch import nn

    from headstart.core.dialogue_task import DialogueTask
    from headstart.core.examples import Examples
    from headstart.core.metric import Metric
    from headstart.core.rows import Rows
    from headstart.models.backbone import Backbone

# Field of predictions that needs no text to be written.
LIKELIHOODS = "likelihoods"


@dataclass(frozen=True, kw_only=True, eq=False)
class AnswerRows:
    """Dev rows, and a sample of them that is read more often; the same as `DevRows` for written answers.

    Args:
        task: what is to be answered.
        metric: what is measured.
        rows: the rows.
        examples: the same as examples in which the last answer is asked for.
        sample: positions of the sample among the rows, in order.
        ready: makes the network as it would ship from the one that learns.
        written: what a network answers to rows, for metrics that read texts.
    """

    task: DialogueTask
    metric: Metric
    rows: Rows
    examples: Examples
    sample: Int[ndarray, " sample"]
    ready: Callable[[Backbone], Backbone]
    written: Callable[[Backbone, Rows], Predictions]

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def complete(self) -> bool:
        """Whether the sample is all there is."""
        return len(self.sample) == len(self.rows)

    def whole(self, backbone: Backbone, head: nn.Module) -> Reading:
        """All rows read."""
        losses, stats = self._read(backbone, np.arange(len(self.rows)))
        return Reading(
            score=self.metric.value(stats),
            sample_score=self.metric.value(stats[self.sample]),
            losses=_by_token(losses[self.sample]),
        )

    def some(self, backbone: Backbone, head: nn.Module) -> Reading:
        """The sample read."""
        losses, stats = self._read(backbone, self.sample)
        score = self.metric.value(stats)
        return Reading(score=score if self.complete else None, sample_score=score, losses=_by_token(losses))

    def _read(
        self, backbone: Backbone, places: Int[ndarray, " places"]
    ) -> tuple[Float[ndarray, "places 2"], Float[ndarray, "places stats"]]:
        ready, rows = self.ready(backbone), self.rows.take(places)
        losses = answer_losses(ready, subset(self.examples, places))
        told = Predictions(likelihoods=losses)
        if self.metric.needs != LIKELIHOODS:
            told = self.written(backbone, rows)
        return losses, self.metric.stats(self.task.gold(rows), told)


def _by_token(losses: Float[ndarray, "rows 2"]) -> Float[ndarray, " rows"]:
    """A loss a row whose mean is the mean loss of all tokens."""
    sums, tokens = losses.T
    return np.asarray(sums * len(sums) / max(1.0, tokens.sum()))
