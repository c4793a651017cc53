"""What dev conversations say of a network as it stands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from headstart.train.dev_rows import Reading

if TYPE_CHECKING:
    from collections.abc import Callable

    from jaxtyping import Float, Int
    from numpy import ndarray
    from torch import nn

    from headstart.core.dialogue_task import DialogueTask
    from headstart.core.metric import Metric
    from headstart.core.predictions import Predictions
    from headstart.core.rows import Rows
    from headstart.models.backbone import Backbone


@dataclass(frozen=True, kw_only=True, eq=False)
class AnswerRows:
    """Dev rows, and a sample of them that is read more often; the same as `DevRows` for written answers.

    Args:
        task: what is to be answered.
        metric: what is measured.
        rows: the rows.
        sample: positions of the sample among the rows, in order.
        read: for a network and positions of rows, the sum of the losses of each row and their weight, and
            what the metric reads.
    """

    task: DialogueTask
    metric: Metric
    rows: Rows
    sample: Int[ndarray, " sample"]
    read: Callable[[Backbone, Int[ndarray, " places"]], tuple[Float[ndarray, "places 2"], Predictions]]

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def complete(self) -> bool:
        """Whether the sample is all there is."""
        return len(self.sample) == len(self.rows)

    def whole(self, backbone: Backbone, head: nn.Module) -> Reading:
        """All rows read."""
        losses, stats = self._measured(backbone, np.arange(len(self.rows)))
        return Reading(
            score=self.metric.value(stats),
            sample_score=self.metric.value(stats[self.sample]),
            losses=_weighted(losses[self.sample]),
        )

    def some(self, backbone: Backbone, head: nn.Module) -> Reading:
        """The sample read."""
        losses, stats = self._measured(backbone, self.sample)
        score = self.metric.value(stats)
        return Reading(score=score if self.complete else None, sample_score=score, losses=_weighted(losses))

    def _measured(
        self, backbone: Backbone, places: Int[ndarray, " places"]
    ) -> tuple[Float[ndarray, "places 2"], Float[ndarray, "places stats"]]:
        losses, told = self.read(backbone, places)
        return losses, self.metric.stats(self.task.gold(self.rows.take(places)), told)


def _weighted(losses: Float[ndarray, "rows 2"]) -> Float[ndarray, " rows"]:
    """A loss a row whose mean is the mean loss over all weights."""
    sums, weights = losses.T
    return np.asarray(sums * len(sums) / max(1.0, weights.sum()))
