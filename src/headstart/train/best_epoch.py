"""A training that is measured after every epoch and keeps the best, or the last."""

from __future__ import annotations

import math
import time
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from headstart.train.curve_log import CurveLog
from headstart.train.dev_rows import Reading
from headstart.train.kept import Kept

if TYPE_CHECKING:
    from collections.abc import Iterator

    from torch import nn

    from headstart.core.context import Progress
    from headstart.core.curve import Curve
    from headstart.core.deadline import Deadline
    from headstart.models.backbone import Backbone
    from headstart.train.dev_rows import DevRows
    from headstart.train.loop import Pass, Training

SPARE_S = 1.0
# A pass of which less than this was made has not begun.
NEARLY = 1e-6


@dataclass(frozen=True, kw_only=True, eq=False)
class Epoch:
    """The weights that stand so far, after an epoch.

    Args:
        backbone: the network with those weights; they change when the next epoch is asked for.
        head: its head.
        best: the epoch they are of; 0 before training.
        score: the metric on all dev rows, or None where they were not all read.
        fraction: share of the training that is done.
        state: what `Trained.restore` needs to go on from here.
        curve: how the training went so far.
    """

    backbone: Backbone
    head: nn.Module
    best: int
    score: float | None
    fraction: float
    state: dict[str, Any]
    curve: Curve


@dataclass(kw_only=True, eq=False)
class BestEpoch:
    """Trains, measures after every epoch, and keeps what was best, or what is last.

    Where the last epoch stands anyway, a sample of the dev rows is read after those before it, for the
    curve alone.

    Args:
        training: what trains.
        backbone: the network that learns.
        head: its head.
        dev: what to measure on; None when there is nothing, and then the last epoch is the best.
        patience: epochs without a better score before it ends; None to let the last epoch stand.
        deadline: when all must be over.
        progress: called after each step.
    """

    training: Training
    backbone: Backbone
    head: nn.Module
    dev: DevRows | None
    patience: int | None
    deadline: Deadline
    progress: Progress

    def __post_init__(self) -> None:
        # Hooks may measure other weights than those that go on learning.
        needed = self.dev is not None or self.training.hooks
        self._kept = Kept(self.backbone, self.head) if needed else None
        self._best = 0
        self._standing: Reading | None = None
        self._scoring_s = 0.0
        better = self.dev is None or self.dev.metric.greater_is_better
        sample = 0 if self.dev is None else len(self.dev.sample)
        self._log = CurveLog(dev_rows=sample, greater_is_better=better)

    def run(self) -> Iterator[Epoch]:
        """The start, and then the best so far after each epoch, until all is done or time runs out.

        Raises:
            TrainingError: an invariant of training was broken.
        """
        if not self._log.curve.points:
            self._measure(0.0, whole=True)
            yield self._epoch(0.0 if self.training.recipe.epochs else 1.0)
        for done in self.training.run(self.deadline, self.progress, reserve_s=self._reserve_s):
            if not done.whole:
                self._log.end("deadline")
            if done.whole or self.dev is None or self.deadline.left_s > self._scoring_s:
                last = not done.whole or done.epoch == self.training.recipe.epochs
                self._measure(done.fraction, passed=done, whole=last or self.patience is not None)
            over = done.whole and self._gave_up(done.epoch)
            if over:
                self._log.end("patience" if done.fraction < 1.0 else "planned")
            yield self._epoch(1.0 if over else done.fraction)
            if over:
                return

    def restore(self, state: dict[str, Any]) -> None:
        """Goes on from an `Epoch.state`."""
        self.training.restore(state["training"])
        self._best = state["best"]
        self._standing = None if state["standing"] is None else Reading(**state["standing"])
        self._log.restore(state["log"])
        if self._kept is not None:
            self._kept.restore(state["kept"])

    def _gave_up(self, epoch: int) -> bool:
        patient = self.dev is None or self.patience is None
        return not patient and epoch - self._best >= (self.patience or 0)

    def _measure(self, fraction: float, *, whole: bool, passed: Pass | None = None) -> None:
        """Keeps the weights of this moment if they are the best so far, or if they stand as they are."""
        stands = passed is not None and passed.whole and self.patience is None
        begun = math.ceil(fraction * self.training.recipe.epochs - NEARLY)
        with self.training.measured():
            reading = self._read(whole=whole)
            if stands or reading is None or self._standing is None or self._better(reading, self._standing):
                self._best, self._standing = begun, reading
                if self._kept is not None:
                    self._kept.take()
        self._log.add(
            epoch=fraction * self.training.recipe.epochs,
            fraction=fraction,
            train_loss=None if passed is None else passed.loss,
            reading=reading,
        )

    def _read(self, *, whole: bool) -> Reading | None:
        if self.dev is None:
            return None
        if not whole:
            return self.dev.some(self.backbone, self.head)
        started = time.monotonic()
        reading = self.dev.whole(self.backbone, self.head)
        self._scoring_s = time.monotonic() - started
        return reading

    def _better(self, reading: Reading, than: Reading) -> bool:
        sign = 1 if self._log.curve.greater_is_better else -1
        if reading.score is not None and than.score is not None:
            return sign * reading.score > sign * than.score
        return sign * reading.sample_score >= sign * than.sample_score

    def _reserve_s(self) -> float:
        """Time to measure once more, and for the caller to predict the same rows with the result."""
        return SPARE_S + 3.0 * self._scoring_s

    def _epoch(self, fraction: float) -> Epoch:
        kept = self._kept
        state = {
            "training": self.training.state(),
            "best": self._best,
            "standing": None if self._standing is None else asdict(self._standing),
            "log": self._log.state(),
            "kept": kept.state() if kept is not None else [],
        }
        return Epoch(
            backbone=kept.backbone if kept is not None else self.backbone,
            head=kept.head if kept is not None else self.head,
            best=self._best,
            score=None if self._standing is None else self._standing.score,
            fraction=fraction,
            state=state,
            curve=self._log.curve,
        )
