"""A training whose settings change on the way."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from headstart.core.course import settings_at
from headstart.train.dropout import set_dropout

if TYPE_CHECKING:
    from collections.abc import Sequence

    from headstart.core.split import Split
    from headstart.models.backbone import Backbone
    from headstart.train.best_epoch import BestEpoch
    from headstart.train.fine_tuning import FineTuning
    from headstart.train.groups import Group
    from headstart.train.pace import Pace


class Shop(Protocol):
    """What a training is put together by; it asks its strategy anew for what each batch needs."""

    strategy: FineTuning
    split: Split
    backbone: Backbone
    pace: Pace

    def groups(self) -> Sequence[Group]:
        """All weights that learn, at the rates of its strategy and its pace."""
        ...


class CourseFollower:
    """Lets a training follow the course of its strategy.

    Between two passes rates, decay, dropout and the shape of the loss may become others; weights, the
    moments of the optimiser, the fall of the rates over the whole training and the order of the rows
    go on as they were. So a training that went on from a checkpoint with changed settings equals one
    that had the change in its course from the start. The dev loss of the curve is measured by the first
    settings throughout, so that its points can be compared.

    Args:
        shop: what the training is put together by.
        run: the training.
    """

    def __init__(self, shop: Shop, run: BestEpoch) -> None:
        self._shop, self._run = shop, run
        self._planned, self._rate = shop.strategy, shop.pace.rate

    def follow(self) -> None:
        """Makes the settings those that the course has for the pass that comes next."""
        shop, training = self._shop, self._run.training
        settings = settings_at(self._planned.course, training.reached)
        strategy = replace(self._planned, **settings)
        if strategy == shop.strategy:
            return
        task, rows = shop.split.task, len(shop.split.train)
        rate = strategy.pace(task, rows).rate
        if strategy.learning_rate is None:
            # What a shop has made of the usual rate, it would have made of this one.
            rate *= self._rate / self._planned.pace(task, rows).rate
        shop.strategy, shop.pace = strategy, replace(shop.pace, rate=rate)
        set_dropout(shop.backbone, strategy.dropout)
        training.retune(shop.groups(), weight_decay=strategy.weight_decay)
