"""A linear classifier on the layers of the frozen base that serve it best."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from headstart import registry
from headstart.core.knob import knob
from headstart.core.plan import Cost
from headstart.core.task import ANSWERS, WRITTEN, predictor_of
from headstart.models.view import POOLINGS
from headstart.train.finished import finished
from headstart.train.work import LIBRARIES_BYTES, OPENING_S, length_reasons, mean_tokens, reading_s

if TYPE_CHECKING:
    from collections.abc import Iterator

    from headstart.core.context import Context
    from headstart.core.model import Model
    from headstart.core.plan import Situation
    from headstart.core.split import Split
    from headstart.core.strategy import Checkpoint

# Rows on which layers are compared at most, and what a query costs for each number in their states.
# With fewer rows nothing is chosen; see train/prober.py.
FEWEST_TO_CHOOSE = 100
MOST_COMPARED, ATTENTION_S = 10_000, 8e-8


@dataclass(frozen=True, kw_only=True)
class Probe:
    """Feature extraction: the base stays as it is, and a regularised linear layer reads its vectors.

    The last layer is often not the best one (Tenney et al. 2019, section 4). What is left open is
    chosen by the log loss of held-out rows: the layer, the pooling (attention pooling with one learned
    query, Yang et al. 2016, section 2.2, among them), or several layers at once. The last layer with
    the base's own pooling stands unless something is better by more than noise.
    """

    needs_base: ClassVar[bool] = True
    answers: ClassVar[tuple[str, ...]] = tuple(each for each in ANSWERS if each not in WRITTEN)
    summary: ClassVar[str] = "linear classifier on the frozen base"

    layer: int | None = knob(
        None,
        "blocks that a text goes through, or counted from the top: -1 for all; chosen by folds without one",
        low=-100,
        high=100,
    )
    pooling: str | None = knob(
        None,
        "how token states become one vector; attention learns which tokens matter, and mix adds up "
        "classifiers of several layers",
        choices=(None, *POOLINGS, "attention", "mix"),
        search=(None, "mean", "cls", "attention", "mix"),
    )
    strength: float | None = knob(
        None,
        "penalty on squared weights; chosen by folds without one",
        low=1e-7,
        high=1.0,
        log=True,
    )
    max_length: int | None = knob(
        None, "tokens read of a text; as many as the base reads without one", low=8, high=8192
    )

    def blockers(self, situation: Situation) -> tuple[str, ...]:
        reasons = list(length_reasons(self.max_length, situation))
        if situation.task.answer != "class" and self.pooling in ("attention", "mix"):
            reasons.append(
                f"pooling={self.pooling} serves one class a row, and this is {situation.task.summary}; "
                f"choose {', '.join(POOLINGS)}, or none"
            )
        if situation.base is not None:
            if self.cost(situation).peak_bytes > situation.machine.memory_bytes:
                reasons.append("the base and the vectors of all rows do not fit into memory")
            layers = situation.base.shape.blocks
            if self.layer is not None and not -layers - 1 <= self.layer <= layers:
                reasons.append(
                    f"{situation.base.name} has {layers} layers and layer {self.layer} was asked for"
                )
        return tuple(reasons)

    def cost(self, situation: Situation) -> Cost:
        assert situation.base is not None
        shape, rows = situation.base.shape, situation.train_rows + situation.predict_rows
        columns = max(2, len(situation.profile.classes))
        fitting = 0.1 + 1e-8 * situation.train_rows * shape.width * columns
        vectors = 12.0 * rows * shape.width + 60.0 * rows * columns
        chosen = self.layer is None or self.pooling not in POOLINGS
        if chosen and situation.train_rows >= FEWEST_TO_CHOOSE:
            compared = min(situation.train_rows, MOST_COMPARED)
            tokens = compared * mean_tokens(situation, self.max_length)
            fitting += 1.0 + 5e-8 * compared * shape.width * columns
            fitting += ATTENTION_S * tokens * shape.width if self.pooling in (None, "attention") else 0.0
            vectors += min(1e9, 8.0 * tokens * shape.width) + 12.0 * compared * shape.width
        return Cost(
            seconds=OPENING_S + reading_s(situation, rows, self.max_length) + fitting,
            peak_bytes=LIBRARIES_BYTES + 6.0 * shape.parameters + vectors,
        )

    def adapt(self, start: Model, split: Split, context: Context) -> Iterator[Checkpoint]:
        # torch takes seconds to import and is needed for a fit alone.
        from headstart.train.opened import opened
        from headstart.train.plain_prober import PlainProber
        from headstart.train.prober import Prober, Wish

        backbone = opened(start, context.device)
        length = self.max_length or backbone.info.max_length
        context.progress(0.0, "reading texts")
        kind = Prober if split.task.answer == "class" else PlainProber
        found = kind(
            backbone=backbone,
            examples=split.task.encode(split.train, backbone.tokenizer, length),
            split=split,
            context=context,
            progress=lambda share, note="": context.progress(0.8 * share, note or "reading texts"),
        ).probed(Wish(layer=self.layer, pooling=self.pooling, strength=self.strength))
        predictor = registry.load("predictors", predictor_of(split.task))(
            backbone=found.backbone,
            head=found.head.eval(),
            task=split.task,
            max_length=length,
            precision=context.precision,
        )
        yield finished(self, start, predictor, split=split, context=context, chosen=found.chosen)
