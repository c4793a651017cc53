"""Every block of the base learns, from a head that already knows the task."""

from __future__ import annotations

import copy
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar

from headstart import registry
from headstart.core.knob import knob
from headstart.core.plan import Cost, Step
from headstart.core.strategy import Checkpoint
from headstart.train.recipe import SCHEDULES, TOKENS_AT_ONCE, Recipe
from headstart.train.work import LIBRARIES_BYTES, OPENING_S, mean_tokens, reading_s, training_s

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from torch import Tensor, nn

    from headstart.core.context import Context
    from headstart.core.examples import Examples
    from headstart.core.model import Model
    from headstart.core.plan import Situation
    from headstart.core.split import Split
    from headstart.core.task import Task
    from headstart.models.backbone import Backbone
    from headstart.models.batching import Batch
    from headstart.train.best_epoch import BestEpoch
    from headstart.train.loop import Training

# Bytes held for each number in a token state of each block, and more for each token it attends to.
STATE_BYTES, ATTENTION_BYTES = 60.0, 0.25
FEWEST_ROWS = 8
# Epochs from so many rows a class on.
EPOCHS = ((50, 4), (16, 6), (0, 10))
# Share of the progress that reading the texts for the head takes.
READING = 0.1


@dataclass(frozen=True, kw_only=True)
class Full:
    """Fine-tuning of all blocks, their rates falling from the head down; the best epoch on dev is kept.

    The head starts from a linear classifier on the frozen base (Kumar et al. 2022, linear probing
    then fine-tuning), so that the first steps do not spoil the base, and epoch 0 is that classifier.
    """

    needs_base: ClassVar[bool] = True
    summary: ClassVar[str] = "fine-tuning of all blocks, from the probe"

    epochs: int | None = knob(
        None,
        "passes over the training rows, of which dev may keep fewer; 4 to 10 by rows a class without one",
        low=0,
        high=50,
    )
    learning_rate: float = knob(2e-4, "peak rate of the last block", low=1e-6, high=1e-2, log=True)
    head_rate: float = knob(1e-3, "peak rate of the head", low=1e-6, high=1e-1, log=True)
    head_strength: float = knob(
        1e-3, "penalty of the linear classifier that the head starts from", low=1e-7, high=1.0, log=True
    )
    layer_decay: float = knob(0.9, "rate of a block over that of the block above", low=0.3, high=1.0)
    batch_size: int = knob(16, "rows in a step, on average", low=1, high=512, log=True)
    weight_decay: float = knob(0.01, "pull of matrices towards zero", low=0.0, high=1.0)
    warmup: float = knob(0.1, "share of the training over which rates rise", low=0.0, high=0.9)
    schedule: str = knob("linear", "how rates fall", choices=SCHEDULES)
    dropout: float = knob(0.0, "share of states dropped while training", low=0.0, high=0.6)
    embeddings: bool = knob(False, "whether the embeddings learn too", choices=(True, False))
    patience: int = knob(2, "epochs without a better dev score before it stops", low=1, high=50)
    max_length: int | None = knob(
        None, "tokens read of a text; as many as the base reads without one", low=8, high=8192
    )

    def blockers(self, situation: Situation) -> tuple[str, ...]:
        reasons = []
        if not getattr(situation.task, "classes", ()):
            reasons.append("the task has no classes")
        if situation.train_rows < FEWEST_ROWS:
            reasons.append(f"{situation.train_rows} training rows are too few; it needs {FEWEST_ROWS}")
        if situation.base is not None:
            needed, machine = self.cost(situation).peak_bytes, situation.machine
            if needed > machine.device_memory_bytes:
                there = machine.device_memory_bytes / 2**30
                reasons.append(f"it needs about {needed / 2**30:.1f} GiB of memory and there are {there:.1f}")
        return tuple(reasons)

    def cost(self, situation: Situation) -> Cost:
        assert situation.base is not None
        shape, epochs = situation.base.shape, self._epochs(situation.task, situation.train_rows)
        learning = shape.parameters - (0 if self.embeddings else shape.embedding_parameters)
        dev_rows = min(situation.predict_rows, situation.train_rows / 4)
        read = situation.train_rows + (epochs + 1) * dev_rows + situation.predict_rows
        trained_s = training_s(
            situation,
            epochs * situation.train_rows,
            batch_size=self.batch_size,
            learning=learning,
            max_length=self.max_length,
        )
        length = mean_tokens(situation, self.max_length)
        states = min(self.batch_size * length, TOKENS_AT_ONCE) * shape.width * shape.blocks
        return Cost(
            seconds=OPENING_S + trained_s + reading_s(situation, read, self.max_length),
            peak_bytes=LIBRARIES_BYTES
            + 14.0 * shape.parameters
            + 16.0 * learning
            + states * (STATE_BYTES + ATTENTION_BYTES * length),
        )

    def adapt(
        self, start: Model, split: Split, context: Context, *, state: Mapping[str, Any] | None = None
    ) -> Iterator[Checkpoint]:
        """Fits on `split.train`, choosing the epoch on `split.dev`; without dev rows the last one stands.

        Args:
            start: a base, or a network that the training goes on from.
            split: the rows.
            context: the surroundings.
            state: that of an earlier checkpoint of the same fit, to go on from there.

        Raises:
            TrainingError: an invariant of training was broken.
        """
        run = self._prepared(start, split, context)
        if state is not None:
            run.restore(dict(state))
        step = Step(use=registry.name_of(self), params=asdict(self))
        for epoch in run.run():
            predictor = self._network(epoch.backbone, epoch.head, split.task, context)
            score = None if epoch.score is None else _sign(context) * epoch.score
            yield Checkpoint(
                model=replace(start, predictor=predictor, lineage=(*start.lineage, step)),
                fraction=epoch.fraction,
                dev_score=score,
                state=epoch.state,
                chosen={"epochs": epoch.best},
            )

    def _prepared(self, start: Model, split: Split, context: Context) -> BestEpoch:
        # torch takes seconds to import and is needed for a fit alone.
        from headstart.train.best_epoch import BestEpoch
        from headstart.train.opened import opened_to_change

        backbone = opened_to_change(start, context.device)
        context.progress(0.0, "reading texts")
        length = self.max_length or backbone.info.max_length
        examples = split.task.encode(split.train, backbone.tokenizer, length)
        head = self._head(start, backbone, examples, split, context)

        def score(network: Backbone, its_head: nn.Module) -> float:
            model = replace(start, predictor=self._network(network, its_head, split.task, context))
            return _sign(context) * context.score(model, split.dev)

        return BestEpoch(
            training=self._training(backbone, head, examples, split.task, context),
            backbone=backbone,
            head=head,
            score=score if len(split.dev) else None,
            patience=self.patience,
            deadline=context.deadline,
            progress=lambda share, note="": context.progress(READING + (1.0 - READING) * share, note),
        )

    def _head(
        self, start: Model, backbone: Backbone, examples: Examples, split: Split, context: Context
    ) -> nn.Module:
        from headstart.train.probe_head import probe_head

        head = getattr(start.predictor, "head", None)
        if head is not None and start.task == split.task:
            return copy.deepcopy(head)  # type: ignore[no-any-return]

        found, _ = probe_head(
            backbone,
            examples,
            split=split,
            context=context,
            strengths=(self.head_strength,),
            progress=lambda share, note="": context.progress(READING * share, note or "reading texts"),
        )
        return found

    def _training(
        self, backbone: Backbone, head: nn.Module, examples: Examples, task: Task, context: Context
    ) -> Training:
        from headstart.train.attention import attending, training_attention
        from headstart.train.dropout import set_dropout
        from headstart.train.groups import layered_groups
        from headstart.train.loop import Training

        groups = layered_groups(
            backbone,
            head,
            rate=self.learning_rate,
            head_rate=self.head_rate,
            layer_decay=self.layer_decay,
            embeddings=self.embeddings,
        )
        set_dropout(backbone, self.dropout)
        attention = training_attention(backbone, device=context.device, precision=context.precision)

        def loss(batch: Batch) -> tuple[Tensor, Tensor]:
            assert batch.targets is not None
            # Without dropout the network stays in evaluation mode, which is a tenth faster.
            backbone.train(self.dropout > 0.0)
            states = backbone(batch.tokens, batch.mask, batch.segments)
            return task.loss(head(states, batch.mask), batch.targets)

        return Training(
            groups=groups,
            frozen=[each for each in backbone.parameters() if not each.requires_grad],
            loss=loss,
            examples=examples,
            recipe=self._recipe(task, examples, context),
            weight_decay=self.weight_decay,
            pad=backbone.tokenizer.pad_token_id or 0,
            around=lambda: attending(backbone, attention),
        )

    def _epochs(self, task: Task, rows: int) -> int:
        """Rare classes are seen more often: 77 classes of 26 rows still gained in the fifth epoch."""
        if self.epochs is not None:
            return self.epochs
        each = rows / max(1, len(getattr(task, "classes", ())))
        return next(epochs for least, epochs in EPOCHS if each >= least)

    def _recipe(self, task: Task, examples: Examples, context: Context) -> Recipe:
        return Recipe(
            epochs=self._epochs(task, int(examples.owners[-1]) + 1),
            batch_size=self.batch_size,
            warmup=self.warmup,
            schedule=self.schedule,
            precision=context.precision,
            seed=context.seed,
        )

    def _network(self, backbone: Backbone, head: nn.Module, task: Task, context: Context) -> Any:
        return registry.load("predictors", "network")(
            backbone=backbone,
            head=head,
            task=task,
            max_length=self.max_length or backbone.info.max_length,
            precision=context.precision,
        )


def _sign(context: Context) -> int:
    return 1 if context.metric.greater_is_better else -1
