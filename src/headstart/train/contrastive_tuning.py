"""A backbone that learns which texts belong together, and a head that is fitted to what it learnt."""

from __future__ import annotations

import math
import time
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

from headstart.core.curve import Curve, Point
from headstart.models.pooling import pool
from headstart.train.attention import learning_as, training_attention
from headstart.train.by_length import by_length
from headstart.train.class_batches import class_batches
from headstart.train.contrastive_loss import contrastive_loss
from headstart.train.dropout import set_dropout
from headstart.train.flatness import Flatness
from headstart.train.loop import Training
from headstart.train.probe_head import probe_head
from headstart.train.stream import Stream

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import numpy as np
    from jaxtyping import Int
    from numpy import ndarray
    from torch import Tensor, nn

    from headstart.core.context import Context
    from headstart.core.examples import Examples
    from headstart.core.split import Split
    from headstart.models.backbone import Backbone
    from headstart.models.batching import Batch
    from headstart.models.states import TokenStates
    from headstart.train.groups import Group
    from headstart.train.loop import Pass
    from headstart.train.recipe import Recipe

SPARE_S = 1.0
HEAD_SHARE = 0.04


@dataclass(frozen=True, kw_only=True, eq=False)
class Tuned:
    """How far a tuning is.

    Args:
        backbone: the network; its weights change when the next one is asked for.
        head: fitted to it as it is now.
        epochs: passes over the rows so far.
        fraction: share of the work that is done.
        state: what `ContrastiveTuning.run` needs to go on from here.
        curve: the loss of each round so far; that of pairs, which no dev row has.
    """

    backbone: Backbone
    head: nn.Module
    epochs: int
    fraction: float
    state: dict[str, Any]
    curve: Curve


@dataclass(frozen=True, kw_only=True, eq=False)
class ContrastiveTuning:
    """Contrastive training of a backbone in rounds of several epochs, and a head that is fitted to it.

    Args:
        backbone: the network that learns.
        groups: those of its weights that learn.
        examples: the training rows, encoded with their targets.
        states: their states at the cut below which nothing learns, where those are kept.
        split: where they come from.
        context: the surroundings.
        recipe: how it goes; its epochs are the rounds.
        rounds: epochs in each round.
        temperature: that of the loss.
        head_strength: penalty of the head.
        weight_decay: pull towards zero on matrices.
    """

    backbone: Backbone
    groups: Sequence[Group]
    examples: Examples
    states: TokenStates | None
    split: Split
    context: Context
    recipe: Recipe
    rounds: Sequence[int]
    temperature: float
    head_strength: float
    weight_decay: float

    def run(self, state: Mapping[str, Any] | None = None) -> Iterator[Tuned]:
        """The start, the middle and the end: when the loss is flat, all is done or time runs out.

        Raises:
            TrainingError: an invariant of training was broken.
        """
        training, flatness, started = self._training(), Flatness(), time.monotonic()
        curve = Curve(points=(Point(epoch=0, fraction=0.0),))
        head = self._head()
        # The head is fitted once more after the last step, and the caller predicts with it.
        reserve_s = SPARE_S + 3.0 * (time.monotonic() - started)
        if state is not None:
            training.restore(state["training"])
            flatness, curve = Flatness(**state["flatness"]), Curve.of(state["curve"])
        else:
            yield self._tuned(head, 0, 0.0 if self.rounds else 1.0, (training, flatness, curve))
        for done in training.run(self.context.deadline, self._progress, reserve_s=lambda: reserve_s):
            flatness = flatness.after(done.loss)
            over = done.whole and flatness.reached
            curve = self._with(curve, done, over=over)
            if over or not done.whole or done.epoch in (len(self.rounds) // 2, len(self.rounds)):
                share = 1.0 if over else done.fraction
                yield self._tuned(self._head(), self._epochs(done), share, (training, flatness, curve))
            if over:
                return

    def _with(self, curve: Curve, done: Pass, *, over: bool) -> Curve:
        loss = done.loss if math.isfinite(done.loss) else None
        point = Point(epoch=self._epochs(done), fraction=done.fraction, train_loss=loss)
        ended = "deadline" if not done.whole else "patience" if over and done.fraction < 1.0 else "planned"
        return replace(curve, points=(*curve.points, point), ended=ended)

    def _epochs(self, done: Pass) -> int:
        """Epochs begun, those of a round that was cut short in proportion."""
        before = sum(self.rounds[: done.epoch])
        share = done.fraction * len(self.rounds) - done.epoch
        return before if done.whole else before + math.ceil(share * self.rounds[done.epoch])

    def _tuned(
        self, head: nn.Module, epochs: int, fraction: float, now: tuple[Training, Flatness, Curve]
    ) -> Tuned:
        training, flatness, curve = now
        state = {"training": training.state(), "flatness": asdict(flatness), "curve": curve.to_dict()}
        return Tuned(
            backbone=self.backbone, head=head, epochs=epochs, fraction=fraction, state=state, curve=curve
        )

    def _training(self) -> Training:
        backbone, context = self.backbone, self.context
        set_dropout(backbone, 0.0)
        attention = training_attention(backbone, device=context.device, precision=self.recipe.precision)
        return Training(
            groups=self.groups,
            frozen=[each for each in backbone.parameters() if not each.requires_grad],
            backbone=list(backbone.parameters()),
            streams=self._streams,
            recipe=self.recipe,
            weight_decay=self.weight_decay,
            pad=backbone.tokenizer.pad_token_id or 0,
            around=lambda: learning_as(backbone, attention, device=context.device),
        )

    def _streams(self, round_: int) -> list[Stream]:
        targets = self.examples.targets
        assert targets is not None

        def batches(rng: np.random.Generator) -> list[Int[ndarray, " batch"]]:
            every = (
                class_batches(targets, rows=self.recipe.batch_size, rng=rng)
                for _ in range(self.rounds[round_])
            )
            return [batch for one in every for batch in one]

        return [Stream(examples=self.examples, loss=self._loss, states=self.states, batches=batches)]

    def _loss(self, batch: Batch) -> tuple[Tensor, Tensor]:
        assert batch.targets is not None
        self.backbone.eval()
        return contrastive_loss(by_length(batch, self._vectors), batch.targets, temperature=self.temperature)

    def _vectors(self, batch: Batch) -> Tensor:
        return pool(self.backbone.read(batch).float(), batch.mask, self.backbone.info.pooling)

    def _head(self) -> nn.Module:
        head, _ = probe_head(
            self.backbone,
            self.examples,
            split=self.split,
            # Weights that are about to change are not worth a place in the cache.
            context=replace(self.context, cache=None),
            strengths=(self.head_strength,),
            progress=lambda share, note="": None,
        )
        return head.eval()

    def _progress(self, fraction: float, note: str = "") -> None:
        self.context.progress(HEAD_SHARE + (1.0 - HEAD_SHARE) * fraction, note)
