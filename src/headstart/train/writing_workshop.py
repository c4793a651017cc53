"""An encoder-decoder, its rows and its training, put together for one fine-tuning."""

from __future__ import annotations

import copy
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Self

from headstart import registry
from headstart.errors import SettingError
from headstart.models.backbone import Backbone
from headstart.models.open_base import open_writer
from headstart.models.room_for_logits import tokens_at_once
from headstart.models.writing import logits_of
from headstart.train.dev_sample import dev_sample
from headstart.train.dev_texts import DevTexts
from headstart.train.headless_workshop import HeadlessWorkshop
from headstart.train.precision import for_inference
from headstart.train.stream import Stream
from headstart.train.written_examples import read_examples, writing_for, written_examples

if TYPE_CHECKING:
    from torch import Tensor, nn

    from headstart.core.context import Context
    from headstart.core.examples import Examples
    from headstart.core.model import Model
    from headstart.core.split import Split
    from headstart.models.batching import Batch
    from headstart.models.writing import Writing
    from headstart.train.fine_tuning import FineTuning
    from headstart.train.recipe import Recipe


@dataclass(kw_only=True, eq=False)
class WritingWorkshop(HeadlessWorkshop):
    """What a fine-tuning works with where texts are written.

    States of frozen blocks are run anew, since those of a decoder depend on all of the encoder.

    Args:
        train: an example for each reference of the training rows.
        writing: how texts are written.
        max_length: tokens read of a text.
    """

    train: Examples
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

    def predictor(self, backbone: Backbone, head: nn.Module) -> Any:
        """The network as it ships."""
        return registry.load("predictors", "seq2seq")(
            backbone=self.strategy.shipped(backbone),
            task=self.split.task,
            max_length=self.max_length,
            writing=self.writing,
            precision=self.context.precision,
        )

    def _recipe(self) -> Recipe:
        usual = super()._recipe()
        room = tokens_at_once(self.backbone.info.shape.vocabulary, usual.tokens_at_once)
        return replace(usual, tokens_at_once=room)

    def _streams(self, epoch: int) -> list[Stream]:
        return [Stream(examples=self.train, loss=self._loss)]

    def _loss(self, batch: Batch) -> tuple[Tensor, Tensor]:
        targets, strategy, split = batch.targets, self.strategy, self.split
        assert targets is not None
        backbone = self._learning()
        return strategy.objective(
            lambda: logits_of(backbone, batch),
            lambda outputs: split.task.loss(outputs, targets, strategy.loss_shape(split)),
        )

    def _dev_rows(self) -> DevTexts:
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
            ready=self._ready,
            beside=lambda backbone: for_inference(backbone.eval(), context.precision),
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
