"""Texts of one class are drawn together and those of others apart; then a linear classifier."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar

from headstart import registry
from headstart.core.knob import knob
from headstart.core.plan import Cost, Step
from headstart.core.strategy import Checkpoint
from headstart.train.pace import Pace
from headstart.train.recipe import SCHEDULES, TOKENS_AT_ONCE, Recipe
from headstart.train.work import (
    LEARNING_BYTES,
    LIBRARIES_BYTES,
    OPENING_S,
    TRAINED_BYTES,
    activation_bytes,
    length_reasons,
    memory_reasons,
    reading_s,
    states_fit,
    training_s,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from headstart.core.context import Context
    from headstart.core.curve import Curve
    from headstart.core.examples import Examples
    from headstart.core.model import Model
    from headstart.core.plan import Situation
    from headstart.core.split import Split
    from headstart.core.task import Task
    from headstart.models.backbone import Backbone
    from headstart.models.states import TokenStates
    from headstart.train.contrastive_tuning import ContrastiveTuning
    from headstart.train.groups import Group

# Parts of the training, after each of which the loss is looked at.
ROUNDS = 8
# Readings of the training rows: for the states below what learns, and for the head at the start, halfway
# and at the end.
READINGS = 4
PAIR = 2
# Tokens that a step reads, padding included, over those of its texts: 1.31 to 1.44 on four sets.
PADDED = 1.35
# Bytes for each weight of the base in the states from which the tuning could go on.
STATES_BYTES = 10.0


@dataclass(frozen=True, kw_only=True)
class Contrastive:
    """For 2 to 64 rows a class, which say more in pairs than one by one.

    The idea of SetFit (Tunstall et al. 2022, section 3): tune the encoder on pairs of texts, and then
    fit a linear classifier to its vectors. Here all pairs of a batch count at once (Khosla et al.
    2020, equation 2), so that a text is read once for many pairs instead of once for each.
    """

    needs_base: ClassVar[bool] = True
    halvings: ClassVar[int] = 2
    summary: ClassVar[str] = "contrastive tuning of the base with few rows, then a linear classifier"

    epochs: int | None = knob(
        None, "passes over the training rows; as many as make `steps` without one", low=0, high=200
    )
    steps: int = knob(
        40,
        "steps that the passes come to at least, where `epochs` does not say",
        low=1,
        high=2000,
        search=(20, 160),
    )
    learning_rate: float = knob(
        1e-4, "peak rate of the last block", low=1e-6, high=1e-2, log=True, search=(2e-5, 5e-4)
    )
    layer_decay: float = knob(1.0, "rate of a block over that of the block above", low=0.3, high=1.0)
    temperature: float = knob(
        0.1,
        "divides cosines; the lower, the more the nearest texts count",
        low=0.01,
        high=1.0,
        log=True,
        search=(0.03, 0.3),
    )
    batch_size: int = knob(32, "rows in a step at most; all their pairs count", low=4, high=512, log=True)
    weight_decay: float = knob(0.01, "pull of matrices towards zero", low=0.0, high=1.0)
    warmup: float = knob(0.1, "share of the training over which rates rise", low=0.0, high=0.9)
    schedule: str = knob("linear", "how rates fall", choices=SCHEDULES)
    frozen_blocks: int = knob(
        0, "blocks that stay as they are, counted from the embeddings, run once", low=0, high=96
    )
    head_strength: float = knob(
        1e-3, "penalty of the linear classifier on the tuned base", low=1e-7, high=1.0, log=True
    )
    most_rows: int = knob(
        64, "rows a class, on average, up to which it is planned", low=2, high=1_000_000, log=True
    )
    max_length: int | None = knob(
        None, "tokens read of a text; as many as the base reads without one", low=8, high=8192
    )

    def blockers(self, situation: Situation) -> tuple[str, ...]:
        reasons = list(length_reasons(self.max_length, situation))
        paired = _classes_with_pairs(situation)
        if paired < PAIR:
            reasons.append(
                f"classes with {PAIR} training rows or more: {paired}; it compares rows and needs {PAIR}"
            )
        each = situation.train_rows / max(1, len(situation.task.classes))
        if each > self.most_rows:
            reasons.append(
                f"{each:.0f} training rows a class are more than the {self.most_rows} up to which pairs "
                f"say more than the rows alone; to try it all the same, set most_rows={math.ceil(each)}"
            )
        base = situation.base
        if base is not None and self.frozen_blocks >= base.shape.blocks:
            blocks = f"frozen_blocks is {self.frozen_blocks} and {base.name} has {base.shape.blocks} blocks"
            reasons.append(f"{blocks}; at least one of them must learn")
        if base is not None:
            reasons += memory_reasons(self.cost(situation), situation.machine)
        return tuple(reasons)

    def cost(self, situation: Situation) -> Cost:
        assert situation.base is not None
        shape = situation.base.shape
        share = 1.0 - self._frozen(shape.blocks) / max(1, shape.blocks)
        learning = share * (shape.parameters - shape.embedding_parameters)
        epochs = self._epochs(situation.train_rows)
        trained_s = training_s(
            situation,
            PADDED * epochs * situation.train_rows,
            batch_size=self.batch_size,
            learning=learning,
            share=share,
            max_length=self.max_length,
        )
        read = READINGS * situation.train_rows + situation.predict_rows
        return Cost(
            seconds=OPENING_S + trained_s + reading_s(situation, read, self.max_length),
            peak_bytes=LIBRARIES_BYTES
            + (TRAINED_BYTES + STATES_BYTES) * shape.parameters
            + LEARNING_BYTES * learning
            + 4.0 * situation.train_rows * shape.width
            + activation_bytes(
                situation,
                batch_size=self.batch_size,
                blocks=share * shape.blocks,
                max_length=self.max_length,
            ),
        )

    def adapt(
        self, start: Model, split: Split, context: Context, *, state: Mapping[str, Any] | None = None
    ) -> Iterator[Checkpoint]:
        """Fits on `split.train`; dev rows of the few that it is for would be too few to choose by.

        Args:
            start: a base, or a network that the tuning goes on from.
            split: the rows.
            context: the surroundings.
            state: that of an earlier checkpoint of the same fit, to go on from there.

        Raises:
            TrainingError: an invariant of training was broken.
        """
        tuning = self._tuning(start, split, context)
        step = Step(use=registry.name_of(self), params=asdict(self))
        scores = dict(state["scores"]) if state is not None else {}
        for tuned in tuning.run(state):
            predictor = registry.load("predictors", "network")(
                backbone=tuned.backbone,
                head=tuned.head,
                task=split.task,
                max_length=self.max_length or tuned.backbone.info.max_length,
                precision=context.precision,
            )
            model = replace(start, predictor=predictor, lineage=(*start.lineage, step))
            score = context.score(model, split.dev) if len(split.dev) else None
            scores[len(tuned.curve.points) - 1] = score
            yield Checkpoint(
                model=model,
                fraction=tuned.fraction,
                dev_score=score,
                state={**tuned.state, "scores": dict(scores)},
                chosen={"epochs": tuned.epochs},
                curve=_scored(tuned.curve, scores, split, context),
            )

    def pace(self, task: Task, rows: int) -> Pace:
        """How long and in what steps it learns from so many rows."""
        return Pace(epochs=self._epochs(rows), batch_size=self.batch_size, rate=self.learning_rate)

    def _tuning(self, start: Model, split: Split, context: Context) -> ContrastiveTuning:
        # torch takes seconds to import and is needed for a fit alone.
        from headstart.train.class_batches import FEWEST_ROWS
        from headstart.train.contrastive_tuning import ContrastiveTuning
        from headstart.train.opened import opened_to_change

        backbone = opened_to_change(start, context.device)
        context.progress(0.0, "reading texts")
        length = self.max_length or backbone.info.max_length
        examples = split.task.encode(split.train, backbone.tokenizer, length)
        longest = int(examples.lengths.max(initial=1))
        rows = max(FEWEST_ROWS, min(self.batch_size, TOKENS_AT_ONCE // longest))
        epochs = self._epochs(len(examples), rows)
        count = min(ROUNDS, epochs)
        rounds = [epochs * (place + 1) // count - epochs * place // count for place in range(count)]
        return ContrastiveTuning(
            backbone=backbone,
            groups=self._groups(backbone),
            examples=examples,
            states=self._states(backbone, examples, context),
            split=split,
            context=context,
            recipe=Recipe(
                epochs=count,
                batch_size=rows,
                warmup=self.warmup,
                schedule=self.schedule,
                precision=context.precision,
                seed=context.seed,
                # A loss that couples all rows of a step can't be taken in parts.
                tokens_at_once=max(TOKENS_AT_ONCE, rows * longest),
            ),
            rounds=rounds,
            temperature=self.temperature,
            head_strength=self.head_strength,
            weight_decay=self.weight_decay,
        )

    def _groups(self, backbone: Backbone) -> list[Group]:
        # torch takes seconds to import and is needed for a fit alone.
        from torch import nn

        from headstart.train.groups import layered_groups

        groups = layered_groups(
            backbone,
            nn.Identity(),
            rate=self.learning_rate,
            head_rate=0.0,
            layer_decay=self.layer_decay,
            lowest=self._frozen(backbone.depth),
        )
        return [group for group in groups if group.parameters]

    def _states(self, backbone: Backbone, examples: Examples, context: Context) -> TokenStates | None:
        """What the frozen blocks make of the rows, run once, where there is room for it."""
        # torch takes seconds to import and is needed for a fit alone.
        from headstart.models.states import token_states

        cut, tokens, width = self._frozen(backbone.depth), len(examples.tokens), backbone.info.shape.width
        if not cut or not states_fit(tokens, width, precision=context.precision, cache=context.cache):
            return None
        precision, cache = context.precision, context.cache
        return token_states(backbone, examples, cuts=[cut], precision=precision, cache=cache)[cut]

    def _frozen(self, depth: int) -> int:
        return max(0, min(self.frozen_blocks, depth - 1))

    def _epochs(self, rows: int, batch_size: int | None = None) -> int:
        """As many as make the steps, and one at least."""
        if self.epochs is not None:
            return self.epochs
        batches = math.ceil(rows / (batch_size or self.batch_size))
        return max(1, math.ceil(self.steps / max(1, batches)))


def _scored(curve: Curve, scores: Mapping[int, float | None], split: Split, context: Context) -> Curve:
    """The curve with the dev scores of the moments at which they were measured."""
    points = tuple(replace(each, dev_score=scores.get(place)) for place, each in enumerate(curve.points))
    better = context.metric.greater_is_better
    return replace(curve, points=points, dev_rows=len(split.dev), greater_is_better=better)


def _classes_with_pairs(situation: Situation) -> int:
    """Classes with two training rows or more, if each has its share of them."""
    counts = situation.profile.classes.values()
    share = situation.train_rows / max(1, sum(counts))
    return sum(share * rows >= PAIR for rows in counts)
