"""What dev rows say of a network as it stands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import numpy as np
import torch

from headstart.core.decision import Decision
from headstart.models.subset import owned_by
from headstart.train.outputs import outputs_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from jaxtyping import Float, Int
    from numpy import ndarray
    from torch import nn

    from headstart.core.examples import Examples
    from headstart.core.loss_shape import LossShape
    from headstart.core.metric import Metric
    from headstart.core.pair_task import PairTask
    from headstart.core.predictions import Predictions
    from headstart.core.rows import Rows
    from headstart.core.task import Task
    from headstart.models.backbone import Backbone
    from headstart.models.states import TokenStates


@dataclass(frozen=True, kw_only=True, eq=False)
class Reading:
    """What one look at the dev rows gave.

    Args:
        score: the metric on all of them, in its own scale; None where the sample alone was read.
        sample_score: the metric on the sample.
        losses: loss of each example of the sample, or of each row of several texts that are compared, so
            that their mean is that of the sample; None for a task whose losses belong to no example.
    """

    score: float | None
    sample_score: float
    losses: Float[ndarray, " examples"] | None


@dataclass(frozen=True, kw_only=True, eq=False)
class DevRows:
    """Dev rows, and a sample of them that is read more often.

    Args:
        task: what is to be predicted.
        metric: what is measured.
        rows: the rows.
        examples: the same as examples.
        sample: positions of the sample among the rows, in order.
        shape: how the training weighs its losses, so that both losses are of one kind.
        ready: makes the network as it would ship from the one that learns.
        beside: makes one that says the same up to rounding, without what is learnt being merged into it,
            which takes longer than the sample does.
        states: states of the examples at the cut below which nothing learns at present, or None.
        ranks: ranks a whole corpus for rows, where that is what is asked for; else examples say it all.
    """

    task: Task
    metric: Metric
    rows: Rows
    examples: Examples
    sample: Int[ndarray, " sample"]
    shape: LossShape
    ready: Callable[[Backbone], Backbone]
    beside: Callable[[Backbone], Backbone]
    states: Callable[[], TokenStates | None]
    ranks: Callable[[Backbone, nn.Module, Rows], Predictions] | None = None

    def __len__(self) -> int:
        return len(self.rows)

    def whole(self, backbone: Backbone, head: nn.Module) -> Reading:
        """All rows read."""
        outputs = outputs_of(self.ready(backbone), head.eval(), self.examples, states=self.states())
        found = (
            self._decided(outputs, self.examples)
            if self.ranks is None
            else self.ranks(backbone, head, self.rows)
        )
        stats = self.metric.stats(self.task.gold(self.rows), found)
        return Reading(
            score=self.metric.value(stats),
            sample_score=self.metric.value(stats[self.sample]),
            losses=self._losses(outputs[self._places]),
        )

    def some(self, backbone: Backbone, head: nn.Module) -> Reading:
        """The sample read."""
        places, states = self._places, self.states()
        examples = owned_by(self.examples, self.sample)
        kept = None if states is None else states.take(places)
        outputs = outputs_of(self.beside(backbone), head.eval(), examples, states=kept)
        rows = self.rows.take(self.sample)
        found = self._decided(outputs, examples) if self.ranks is None else self.ranks(backbone, head, rows)
        score = self.metric.value(self.metric.stats(self.task.gold(rows), found))
        return Reading(
            score=score if self.complete else None, sample_score=score, losses=self._losses(outputs)
        )

    @property
    def complete(self) -> bool:
        """Whether the sample is all there is."""
        return len(self.sample) == len(self.rows)

    @property
    def _places(self) -> Int[ndarray, " examples"]:
        return np.flatnonzero(np.isin(self.examples.owners, self.sample))

    def _decided(self, outputs: Float[ndarray, "examples outputs"], examples: Examples) -> Predictions:
        """What is told by the usual rule: one that suits these rows is found once the training is over."""
        return Decision().apply(self.task.decode(outputs, examples))

    def _losses(self, outputs: Float[ndarray, "examples outputs"]) -> Float[ndarray, " examples"] | None:
        targets = self.examples.targets
        if targets is None or len(targets) != len(self.examples):
            return None
        gold, given = torch.from_numpy(targets[self._places]), torch.from_numpy(outputs)
        if self.examples.together:
            found = cast("PairTask", self.task).row_losses(given, gold)[0].double().numpy()
            return np.asarray(found)
        pairs = [
            self.task.loss(given[place : place + 1], gold[place : place + 1], self.shape)
            for place in range(len(gold))
        ]
        sums, weights = (np.array([float(each[side]) for each in pairs]) for side in (0, 1))
        return np.asarray(sums * len(pairs) / max(weights.sum(), 1e-12))
