"""A network that answers in words of its own, and its training, put together for one fine-tuning."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from torch import nn

from headstart.train.attention import learning_as, training_attention
from headstart.train.best_epoch import BestEpoch
from headstart.train.dropout import has_dropout, set_dropout
from headstart.train.loop import Training
from headstart.train.precision import for_inference

if TYPE_CHECKING:
    from headstart.core.context import Context
    from headstart.core.split import Split
    from headstart.models.backbone import Backbone
    from headstart.train.fine_tuning import FineTuning
    from headstart.train.groups import Group
    from headstart.train.pace import Pace
    from headstart.train.recipe import Recipe
    from headstart.train.stream import Stream


@dataclass(kw_only=True, eq=False)
class HeadlessWorkshop(ABC):
    """What a fine-tuning works with where the base's own output layer gives the answers.

    There is no head, so nothing is fitted before the training. `Workshop` does the same under a head.

    Args:
        strategy: what is to be done.
        split: the rows.
        context: the surroundings.
        backbone: the network that learns.
        pace: epochs, rows in a step and rate.
    """

    strategy: FineTuning
    split: Split
    context: Context
    backbone: Backbone
    pace: Pace

    @abstractmethod
    def predictor(self, backbone: Backbone, head: nn.Module) -> Any:
        """The network as it ships."""

    @abstractmethod
    def _streams(self, epoch: int) -> list[Stream]:
        """What an epoch learns from."""

    @abstractmethod
    def _dev_rows(self) -> Any:
        """What is measured after an epoch."""

    def best_epoch(self) -> BestEpoch:
        """The training, which keeps what is best on dev."""
        return BestEpoch(
            training=self._training(),
            backbone=self.backbone,
            head=nn.Identity(),
            dev=self._dev_rows() if len(self.split.dev) else None,
            patience=self.strategy.patience,
            deadline=self.context.deadline,
            progress=self.context.progress,
        )

    def groups(self) -> list[Group]:
        """All weights that learn."""
        return self.strategy.groups(self.backbone, nn.Identity(), self.pace.rate)

    def _training(self) -> Training:
        strategy, context, backbone = self.strategy, self.context, self.backbone
        groups = self.groups()
        set_dropout(backbone, strategy.dropout)
        attention = self._attention()
        return Training(
            groups=groups,
            frozen=[each for each in backbone.parameters() if not each.requires_grad],
            backbone=list(backbone.parameters()),
            streams=self._streams,
            recipe=self._recipe(),
            weight_decay=strategy.weight_decay,
            hooks=strategy.hooks(groups),
            pad=backbone.tokenizer.pad_token_id or 0,
            around=lambda: learning_as(backbone, attention, device=context.device),
        )

    def _attention(self) -> str:
        """The implementation of attention that steps are taken with."""
        context = self.context
        return training_attention(self.backbone, device=context.device, precision=context.precision)

    def _recipe(self) -> Recipe:
        return self.strategy.recipe(self.pace, self.context)

    @property
    def _drops(self) -> bool:
        """Whether states are dropped while it learns."""
        return self.strategy.dropout > 0.0 or has_dropout(self.backbone)

    def _learning(self) -> Backbone:
        """The network as it learns; without dropout it stays in evaluation mode, which is a tenth faster."""
        self.backbone.train(self._drops)
        return self.backbone

    def _ready(self, backbone: Backbone) -> Backbone:
        """The network as it would ship."""
        return for_inference(self.strategy.shipped(backbone).eval(), self.context.precision)
