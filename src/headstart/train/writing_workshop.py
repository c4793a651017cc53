"""An encoder-decoder, its rows and its training, put together for one fine-tuning."""

from __future__ import annotations

import copy
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Self

from torch import nn

from headstart import registry
from headstart.errors import SettingError
from headstart.models.backbone import Backbone
from headstart.models.open_base import open_writer
from headstart.models.room_for_logits import tokens_at_once
from headstart.models.writing import logits_of
from headstart.train.attention import attending, training_attention
from headstart.train.best_epoch import BestEpoch
from headstart.train.dev_sample import dev_sample
from headstart.train.dev_texts import DevTexts
from headstart.train.dropout import has_dropout, set_dropout
from headstart.train.loop import Training
from headstart.train.precision import for_inference
from headstart.train.stream import Stream
from headstart.train.written_examples import read_examples, writing_for, written_examples

if TYPE_CHECKING:
    from torch import Tensor

    from headstart.core.context import Context
    from headstart.core.examples import Examples
    from headstart.core.model import Model
    from headstart.core.split import Split
    from headstart.models.batching import Batch
    from headstart.models.writing import Writing
    from headstart.train.fine_tuning import FineTuning
    from headstart.train.groups import Group
    from headstart.train.pace import Pace


@dataclass(kw_only=True, eq=False)
class WritingWorkshop:
    """What a fine-tuning works with where texts are written.

    There is no head beside the output layer of the base, so nothing is fitted before the training; and
    states of frozen blocks are run anew, since those of a decoder depend on all of the encoder.

    Args:
        strategy: what is to be done.
        split: the rows.
        context: the surroundings.
        backbone: the network that learns.
        train: an example for each reference of the training rows.
        pace: epochs, rows in a step and rate.
        writing: how texts are written.
        max_length: tokens read of a text.
    """

    strategy: FineTuning
    split: Split
    context: Context
    backbone: Backbone
    train: Examples
    pace: Pace
    writing: Writing
    max_length: int

    @classmethod
    def furnish(cls, strategy: FineTuning, *, start: Model, split: Split, context: Context) -> Self:
        """Opens the network and reads the rows.

        Raises:
            BaseError: the base can't be opened, or can't write.
        """
        context.progress(0.0, "opening the base")
        opened = opened_to_write(start, context.device, strategy.bits())
        backbone = strategy.prepared(opened, split, context)
        context.progress(0.0, "reading texts")
        length = strategy.max_length or backbone.info.max_length
        return cls(
            strategy=strategy,
            split=split,
            context=context,
            train=written_examples(backbone, split.task, split.train, max_length=length),
            writing=writing_for(
                backbone, split.task, split.train, beams=strategy.beams, tokens=strategy.max_written
            ),
            backbone=backbone,
            pace=strategy.pace(split.task, len(split.train)),
            max_length=length,
        )

    def best_epoch(self) -> BestEpoch:
        """The training, which keeps what is best on dev."""
        return BestEpoch(
            training=self._training(),
            backbone=self.backbone,
            head=nn.Identity(),
            dev=self._dev_texts() if len(self.split.dev) else None,
            patience=self.strategy.patience,
            deadline=self.context.deadline,
            progress=self.context.progress,
        )

    def groups(self) -> list[Group]:
        """All weights that learn."""
        return self.strategy.groups(self.backbone, nn.Identity(), self.pace.rate)

    def predictor(self, backbone: Backbone, head: nn.Module) -> Any:
        """The network as it ships."""
        return registry.load("predictors", "seq2seq")(
            backbone=self.strategy.shipped(backbone),
            task=self.split.task,
            max_length=self.max_length,
            writing=self.writing,
            precision=self.context.precision,
        )

    def _training(self) -> Training:
        strategy, context, backbone = self.strategy, self.context, self.backbone
        groups = self.groups()
        set_dropout(backbone, strategy.dropout)
        attention = training_attention(backbone, device=context.device, precision=context.precision)
        recipe = strategy.recipe(self.pace, context)
        room = tokens_at_once(backbone.info.shape.vocabulary, recipe.tokens_at_once)
        return Training(
            groups=groups,
            frozen=[each for each in backbone.parameters() if not each.requires_grad],
            backbone=list(backbone.parameters()),
            streams=lambda epoch: [Stream(examples=self.train, loss=self._loss)],
            recipe=replace(recipe, tokens_at_once=room),
            weight_decay=strategy.weight_decay,
            hooks=strategy.hooks(groups),
            pad=backbone.tokenizer.pad_token_id or 0,
            around=lambda: attending(backbone, attention),
        )

    def _loss(self, batch: Batch) -> tuple[Tensor, Tensor]:
        targets, strategy, split = batch.targets, self.strategy, self.split
        assert targets is not None
        # Without dropout the network stays in evaluation mode, which is a tenth faster.
        self.backbone.train(strategy.dropout > 0.0 or has_dropout(self.backbone))
        return strategy.objective(
            lambda: logits_of(self.backbone, batch),
            lambda outputs: split.task.loss(outputs, targets, strategy.loss_shape(split)),
        )

    def _dev_texts(self) -> DevTexts:
        split, context, backbone = self.split, self.context, self.backbone
        return DevTexts(
            task=split.task,
            metric=context.metric,
            rows=split.dev,
            examples=written_examples(backbone, split.task, split.dev, max_length=self.max_length),
            read=read_examples(backbone, split.task, split.dev, max_length=self.max_length),
            writing=self.writing,
            sample=dev_sample(len(split.dev), len(split.train), seed=context.seed),
            shape=self.strategy.loss_shape(split),
            ready=lambda network: for_inference(self.strategy.shipped(network).eval(), context.precision),
            states=lambda: None,
        )


def opened_to_write(start: Model, device: str, bits: int = 32) -> Backbone:
    """A whole encoder-decoder that training may change: that of the model, or of its base.

    Args:
        start: what an adaptation starts from.
        device: where its weights shall be.
        bits: of each weight of a linear layer, 32 or 4; the latter of a base alone.

    Raises:
        SettingError: the model has neither a network that writes nor a base.
        BaseError: the base can't be opened, or can't write.
    """
    backbone = getattr(start.predictor, "backbone", None)
    if isinstance(backbone, Backbone) and backbone.writes and bits == 32:
        own: Backbone = copy.deepcopy(backbone).to(device)
        own.adapter = None
        return own
    if start.base is None:
        raise SettingError("this strategy trains a pre-trained model and got none; name one with --base")
    return open_writer(start.base, device=device, bits=bits)
