"""A decoder-only network, its conversations and its training, put together for one fine-tuning."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar, Self

from torch import nn

from headstart import registry
from headstart.core.predictions import Predictions
from headstart.models.chat_template import ChatTemplate
from headstart.models.next_token import answer_losses, states_to_learn
from headstart.models.packed_attention import PACKED, takes_packed
from headstart.models.subset import subset
from headstart.models.tokenise_dialogues import Dialogues, tokenise_dialogues
from headstart.train.answer_lengths import conversation_length, longest_answer
from headstart.train.answer_rows import AnswerRows
from headstart.train.dev_sample import dev_sample
from headstart.train.headless_workshop import HeadlessWorkshop
from headstart.train.next_token_loss import next_token_loss
from headstart.train.opened import causal_to_change
from headstart.train.random_batches import random_batches
from headstart.train.stream import Stream
from headstart.train.workshop import thaw

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jaxtyping import Float, Int
    from numpy import ndarray
    from numpy.random import Generator
    from torch import Tensor

    from headstart.core.base import BaseInfo
    from headstart.core.context import Context
    from headstart.core.model import Model
    from headstart.core.split import Split
    from headstart.models.backbone import Backbone
    from headstart.models.batching import Batch
    from headstart.train.fine_tuning import FineTuning

# Width of the networks that the usual rates are known for.
USUAL_WIDTH = 384


@dataclass(kw_only=True, eq=False)
class AnswerWorkshop(HeadlessWorkshop):
    """What a fine-tuning on conversations works with.

    Args:
        train: the training rows, all answers of which are learnt.
        dev: the dev rows, of which the last answer is asked for.
        cuts: number of frozen blocks by epoch.
        longest: tokens of an answer that it may write.
        base: what it comes from.
    """

    # Times the usual rate.
    gentleness: ClassVar[float] = 1.0

    train: Dialogues
    dev: Dialogues
    cuts: Sequence[int]
    longest: int
    base: BaseInfo | None = None

    @classmethod
    def furnish(cls, strategy: FineTuning, *, start: Model, split: Split, context: Context) -> Self:
        """Opens the network and reads the rows.

        Raises:
            BaseError: the base can't be opened, or is of another kind.
        """
        opened = causal_to_change(start, context.device, strategy.bits())
        backbone = strategy.prepared(opened, split, context)
        context.progress(0.0, "reading conversations")
        template, task = ChatTemplate(backbone.tokenizer), _answering(split)
        positions = backbone.info.shape.positions
        length = conversation_length(backbone.info, strategy.max_length)
        train = tokenise_dialogues(task.dialogues(split.train), template, max_length=length)
        dev = tokenise_dialogues(task.dialogues(split.dev), template, max_length=positions, last=True)
        pace = strategy.pace(split.task, len(split.train))
        if strategy.learning_rate is None:
            # Wider layers want smaller steps (Yang et al. 2021, "Tensor Programs V", table 8).
            narrow = USUAL_WIDTH / backbone.info.shape.width if strategy.by_width else 1.0
            pace = replace(pace, rate=cls.gentleness * pace.rate * narrow)
        return cls(
            strategy=strategy,
            split=split,
            context=context,
            backbone=backbone,
            train=train,
            dev=dev,
            pace=pace,
            cuts=list(strategy.cuts(backbone.depth, pace.epochs)),
            longest=longest_answer(train, positions),
            base=start.base,
        )

    def predictor(self, backbone: Backbone, head: nn.Module) -> Any:
        """The network as it ships."""
        return registry.load("predictors", "causal")(
            backbone=self.strategy.shipped(backbone),
            task=self.split.task,
            stops=self.train.stops,
            longest=self.longest,
            precision=self.context.precision,
            base=None if self.base is None else self.base.name,
        )

    def _attention(self) -> str:
        """Without padding and without a mask where there is a kernel for it, which drops nothing."""
        context = self.context
        packed = takes_packed(self.backbone, device=context.device, precision=context.precision)
        return PACKED if packed and not self._drops else super()._attention()

    def _streams(self, epoch: int) -> list[Stream]:
        if len(set(self.cuts)) > 1:
            thaw(self.backbone, from_block=self.cuts[epoch])
        return [Stream(examples=self.train.examples, loss=self._loss, batches=self._batches)]

    def _batches(self, rng: Generator) -> list[Int[ndarray, " batch"]]:
        """Conversations meet at random; sorted by length, they would learn less from as many tokens."""
        return random_batches(self.train.examples.lengths, rows=self.pace.batch_size, rng=rng)

    def _loss(self, batch: Batch) -> tuple[Tensor, Tensor]:
        """The loss of the tokens of answers; nothing is scored at the others."""
        backbone, shape = self._learning(), self.strategy.loss_shape(self.split)
        states, targets = states_to_learn(backbone, batch)
        return next_token_loss(backbone.network, states, targets, shape=shape)

    def _dev_rows(self) -> Any:
        split, context = self.split, self.context
        return AnswerRows(
            task=_answering(split),
            metric=context.metric,
            rows=split.dev,
            sample=dev_sample(len(split.dev), len(split.train), seed=context.seed),
            read=self._read,
        )

    def _read(
        self, backbone: Backbone, places: Int[ndarray, " places"]
    ) -> tuple[Float[ndarray, "places 2"], Predictions]:
        losses = answer_losses(self._ready(backbone), subset(self.dev.examples, places))
        if self.context.metric.needs == "likelihoods":
            return losses, Predictions(likelihoods=losses)
        return losses, self._written(backbone, places)

    def _written(self, backbone: Backbone, places: Int[ndarray, " places"]) -> Predictions:
        """What it answers, for metrics that read texts."""
        found: Predictions = self.predictor(backbone, nn.Identity()).predict(self.split.dev.take(places))
        return found


def _answering(split: Split) -> Any:
    """The task, which reads conversations."""
    return split.task
