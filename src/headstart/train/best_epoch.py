"""A training that is measured after every epoch and keeps the best, or the last."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from headstart.train.kept import Kept

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from torch import nn

    from headstart.core.context import Progress
    from headstart.core.deadline import Deadline
    from headstart.models.backbone import Backbone
    from headstart.train.loop import Pass, Training

SPARE_S = 1.0


@dataclass(frozen=True, kw_only=True, eq=False)
class Epoch:
    """The weights that stand so far, after an epoch.

    Args:
        backbone: the network with those weights; they change when the next epoch is asked for.
        head: its head.
        best: the epoch they are of; 0 before training.
        score: their score, or None when nothing is measured.
        fraction: share of the training that is done.
        state: what `Trained.restore` needs to go on from here.
    """

    backbone: Backbone
    head: nn.Module
    best: int
    score: float | None
    fraction: float
    state: dict[str, Any]


@dataclass(kw_only=True, eq=False)
class BestEpoch:
    """Trains, measures after every epoch, and keeps what was best, or what is last.

    Args:
        training: what trains.
        backbone: the network that learns.
        head: its head.
        score: measures the network as it is, more being better; None when there is nothing to
            measure on, and then the last epoch is the best.
        patience: epochs without a better score before it ends; None to let the last epoch stand.
        deadline: when all must be over.
        progress: called after each step.
    """

    training: Training
    backbone: Backbone
    head: nn.Module
    score: Callable[[Backbone, nn.Module], float] | None
    patience: int | None
    deadline: Deadline
    progress: Progress

    def __post_init__(self) -> None:
        # Hooks may measure other weights than those that go on learning.
        needed = self.score is not None or self.training.hooks
        self._kept = Kept(self.backbone, self.head) if needed else None
        self._best = 0
        self._score: float | None = None
        self._scoring_s = 0.0

    def run(self) -> Iterator[Epoch]:
        """The start, and then the best so far after each epoch, until all is done or time runs out.

        Raises:
            TrainingError: an invariant of training was broken.
        """
        if self._best == 0 and self._score is None:
            self._measure(0)
            yield self._epoch(0.0 if self.training.recipe.epochs else 1.0)
        for done in self.training.run(self.deadline, self.progress, reserve_s=self._reserve_s):
            if self._worth_measuring(done):
                self._measure(done.epoch + (not done.whole), stands=done.whole and self.patience is None)
            over = done.whole and self._gave_up(done.epoch)
            yield self._epoch(1.0 if over else done.fraction)
            if over:
                return

    def restore(self, state: dict[str, Any]) -> None:
        """Goes on from an `Epoch.state`."""
        self.training.restore(state["training"])
        self._best, self._score = state["best"], state["score"]
        if self._kept is not None:
            self._kept.restore(state["kept"])

    def _worth_measuring(self, done: Pass) -> bool:
        return done.whole or self.score is None or self.deadline.left_s > self._scoring_s

    def _gave_up(self, epoch: int) -> bool:
        patient = self.score is None or self.patience is None
        return not patient and epoch - self._best >= (self.patience or 0)

    def _measure(self, epoch: int, *, stands: bool = False) -> None:
        """Keeps the weights of this moment if they are the best so far, or if they stand as they are."""
        started = time.monotonic()
        with self.training.measured():
            score = None if self.score is None else self.score(self.backbone, self.head)
            if stands or score is None or self._score is None or score > self._score:
                self._best, self._score = epoch, score
                if self._kept is not None:
                    self._kept.take()
        self._scoring_s = time.monotonic() - started

    def _reserve_s(self) -> float:
        """Time to measure once more, and for the caller to predict the same rows with the result."""
        return SPARE_S + 3.0 * self._scoring_s

    def _epoch(self, fraction: float) -> Epoch:
        kept = self._kept
        state = {
            "training": self.training.state(),
            "best": self._best,
            "score": self._score,
            "kept": kept.state() if kept is not None else [],
        }
        return Epoch(
            backbone=kept.backbone if kept is not None else self.backbone,
            head=kept.head if kept is not None else self.head,
            best=self._best,
            score=self._score,
            fraction=fraction,
            state=state,
        )
