"""A network, its rows and its training, put together for one fine-tuning."""

from __future__ import annotations

import copy
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self

from headstart import registry
from headstart.core.task import predictor_of
from headstart.models.shortened import shortened
from headstart.models.states import TokenStates, token_states
from headstart.train.attention import learning_as, training_attention
from headstart.train.auxiliary import Auxiliary
from headstart.train.best_epoch import BestEpoch
from headstart.train.by_length import by_length
from headstart.train.dev_rows import DevRows
from headstart.train.dev_sample import dev_sample
from headstart.train.dropout import has_dropout, set_dropout
from headstart.train.loop import Training
from headstart.train.opened import opened_to_change
from headstart.train.precision import for_inference
from headstart.train.probe_head import probe_head
from headstart.train.reading import layers_of
from headstart.train.start_rows import start_rows
from headstart.train.stream import Stream
from headstart.train.work import states_fit

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from torch import Tensor, nn

    from headstart.core.context import Context, Progress
    from headstart.core.examples import Examples
    from headstart.core.model import Model
    from headstart.core.predictions import Predictions
    from headstart.core.rows import Rows
    from headstart.core.split import Split
    from headstart.models.backbone import Backbone
    from headstart.models.batching import Batch
    from headstart.train.fine_tuning import FineTuning
    from headstart.train.groups import Group
    from headstart.train.pace import Pace

# Shares of the progress that reading the texts takes, once for the head and once for what is frozen.
HEAD_SHARE, STATES_SHARE = 0.08, 0.04


@dataclass(kw_only=True, eq=False)
class Workshop:
    """What a fine-tuning works with.

    Args:
        strategy: what is to be done.
        split: the rows.
        context: the surroundings.
        backbone: the network that learns.
        head: its head.
        train: the training rows as examples.
        dev: the dev rows as examples.
        pace: epochs, rows in a step and rate.
        cuts: number of frozen blocks by epoch.
        also: tasks that the backbone learns beside.
        kept: by number of frozen blocks, the states of `train` and of `dev` at that cut.
    """

    strategy: FineTuning
    split: Split
    context: Context
    backbone: Backbone
    head: nn.Module
    train: Examples
    dev: Examples
    pace: Pace
    cuts: Sequence[int]
    also: tuple[Auxiliary, ...] = ()
    kept: dict[int, tuple[TokenStates, TokenStates]] = field(default_factory=dict)
    _cut: int = 0

    @classmethod
    def furnish(cls, strategy: FineTuning, *, start: Model, split: Split, context: Context) -> Self:
        """Opens the network, reads the rows, fits the head and runs what stays frozen.

        Raises:
            BaseError: the base can't be opened.
        """
        opened = opened_to_change(start, context.device, strategy.bits())
        context.progress(0.0, "reading texts")
        length = strategy.max_length or shortened(opened.info, strategy.ahead()).max_length

        def encode(rows: Rows) -> Examples:
            return split.task.encode(rows, opened.tokenizer, length)

        train, dev = encode(split.train), encode(split.dev)
        some = start_rows(split, train, encode=encode, seed=context.seed)
        head = _head(strategy, start, opened, some, context)
        pace = strategy.pace(split.task, len(split.train))
        cuts = list(strategy.cuts(opened.depth, pace.epochs))
        progress = _part(context, HEAD_SHARE, HEAD_SHARE + STATES_SHARE)
        also = Auxiliary.furnish(strategy, split=split, backbone=opened, context=context, progress=progress)
        kept = _kept(opened, (train, dev), cuts, context)
        return cls(
            strategy=strategy,
            split=split,
            context=context,
            backbone=strategy.prepared(opened, split, context),
            head=head,
            train=train,
            dev=dev,
            pace=pace,
            cuts=cuts,
            also=also,
            kept=kept,
            _cut=cuts[0] if cuts else 0,
        )

    def best_epoch(self) -> BestEpoch:
        """The training, which keeps what is best on dev."""
        first = HEAD_SHARE + STATES_SHARE
        return BestEpoch(
            training=self._training(),
            backbone=self.backbone,
            head=self.head,
            dev=self._dev_rows() if len(self.split.dev) else None,
            patience=self.strategy.patience,
            deadline=self.context.deadline,
            progress=_part(self.context, first, 1.0),
        )

    def groups(self) -> list[Group]:
        """All weights that learn, the heads of auxiliary tasks last."""
        own = self.strategy.groups(self.backbone, self.head, self.pace.rate)
        return [*own, *(each.group(self.strategy.head_rate) for each in self.also)]

    def predictor(self, backbone: Backbone, head: nn.Module) -> Any:
        """The network as it ships."""
        return registry.load("predictors", predictor_of(self.split.task))(
            backbone=self.strategy.shipped(backbone),
            head=head,
            task=self.split.task,
            max_length=self.strategy.max_length or backbone.info.max_length,
            precision=self.context.precision,
        )

    def _training(self) -> Training:
        strategy, context, backbone = self.strategy, self.context, self.backbone
        groups = self.groups()
        set_dropout(backbone, strategy.dropout)
        attention = training_attention(backbone, device=context.device, precision=context.precision)
        everything = [*backbone.parameters(), *self.head.parameters()]
        return Training(
            groups=groups,
            frozen=[each for each in everything if not each.requires_grad],
            backbone=list(backbone.parameters()),
            streams=self._streams,
            recipe=strategy.recipe(self.pace, context),
            weight_decay=strategy.weight_decay,
            hooks=strategy.hooks(groups[: len(groups) - len(self.also)]),
            pad=backbone.tokenizer.pad_token_id or 0,
            around=lambda: learning_as(backbone, attention, device=context.device),
        )

    def _streams(self, epoch: int) -> list[Stream]:
        self._cut = self.cuts[epoch]
        if len(set(self.cuts)) > 1:
            thaw(self.backbone, from_block=self._cut)
        states = self.kept[self._cut][0] if self._cut in self.kept else None
        main = Stream(
            examples=self.train,
            loss=self._loss(self.split, self.head, apart=self.train.together),
            states=states,
            resting=self._other_heads(self.head),
        )
        return [main, *map(self._beside, self.also)]

    def _beside(self, also: Auxiliary) -> Stream:
        return Stream(
            examples=also.examples,
            loss=self._loss(also.split, also.head, apart=also.examples.together),
            share=also.share,
            resting=self._other_heads(also.head),
        )

    def _other_heads(self, mine: nn.Module) -> tuple[nn.Parameter, ...]:
        heads = (self.head, *(each.head for each in self.also))
        return tuple(weight for head in heads if head is not mine for weight in head.parameters())

    def _loss(
        self, split: Split, head: nn.Module, *, apart: bool
    ) -> Callable[[Batch], tuple[Tensor, Tensor]]:
        """The loss of a batch of a split's rows under a head, texts read by length if `apart`."""
        shape = self.strategy.loss_shape(split)
        drops = self.strategy.dropout > 0.0 or has_dropout(self.backbone)

        def read(batch: Batch) -> Tensor:
            outputs: Tensor = head(self.backbone.read(batch), batch.mask)
            return outputs

        def loss(batch: Batch) -> tuple[Tensor, Tensor]:
            targets = batch.targets
            assert targets is not None
            # Without dropout the network stays in evaluation mode, which is a tenth faster.
            self.backbone.train(drops)
            return self.strategy.objective(
                (lambda: by_length(batch, read)) if apart else (lambda: read(batch)),
                lambda outputs: split.task.loss(outputs, targets, shape),
            )

        return loss

    def _dev_rows(self) -> DevRows:
        split, context = self.split, self.context
        return DevRows(
            task=split.task,
            metric=context.metric,
            rows=split.dev,
            examples=self.dev,
            sample=dev_sample(len(split.dev), len(split.train), seed=context.seed),
            shape=self.strategy.loss_shape(split),
            ready=lambda backbone: for_inference(self.strategy.shipped(backbone).eval(), context.precision),
            beside=lambda backbone: for_inference(backbone.eval(), context.precision),
            states=lambda: self.kept[self._cut][1] if self._cut in self.kept else None,
            ranks=self._ranks if split.task.answer == "ranking" else None,
        )

    def _ranks(self, backbone: Backbone, head: nn.Module, rows: Rows) -> Predictions:
        """What the network as it stands finds in the whole corpus."""
        found: Predictions = self.predictor(backbone, head).predict(rows)
        return found


def thaw(backbone: Backbone, *, from_block: int) -> None:
    """Lets the blocks from this one up learn, and what follows them, and none below."""
    for index in range(backbone.depth):
        for parameter in backbone.block_parameters(index):
            parameter.requires_grad_(index >= from_block)


def _head(
    strategy: FineTuning, start: Model, backbone: Backbone, told: tuple[Split, Examples], context: Context
) -> nn.Module:
    split, train = told
    head = getattr(start.predictor, "head", None)
    # A head on several layers can't follow a training, which changes what they say.
    if head is not None and start.task == split.task and layers_of(head) is None:
        return copy.deepcopy(head)  # type: ignore[no-any-return]
    found, _ = probe_head(
        backbone,
        train,
        split=split,
        context=context,
        # Where texts are compared, a map that suits the training rows too well spoils the start.
        strengths=() if train.together else (strategy.head_strength,),
        progress=_part(context, 0.0, HEAD_SHARE),
    )
    return found


def _kept(
    backbone: Backbone, sources: tuple[Examples, Examples], cuts: Sequence[int], context: Context
) -> dict[int, tuple[TokenStates, TokenStates]]:
    wanted = sorted({cut for cut in cuts if cut})
    tokens = sum(int(each.lengths.sum()) for each in sources)
    width, precision = backbone.info.shape.width, context.precision
    if not wanted or not states_fit(tokens * len(wanted), width, precision=precision, cache=context.cache):
        return {}
    train, dev = (
        token_states(
            backbone,
            each,
            cuts=wanted,
            precision=precision,
            cache=context.cache,
            progress=_part(context, HEAD_SHARE, HEAD_SHARE + STATES_SHARE),
        )
        for each in sources
    )
    return {cut: (train[cut], dev[cut]) for cut in wanted}


def _part(context: Context, start: float, stop: float) -> Progress:
    def report(fraction: float, note: str = "") -> None:
        context.progress(start + (stop - start) * fraction, note or "reading texts")

    return report
