"""The base as it is, whose vectors are compared."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from headstart import registry
from headstart.core.corpus_task import corpus_of
from headstart.core.knob import knob
from headstart.core.plan import Cost
from headstart.core.task import predictor_of
from headstart.train.finished import finished
from headstart.train.work import LIBRARIES_BYTES, OPENING_S, length_reasons, reading_s

if TYPE_CHECKING:
    from collections.abc import Iterator

    from headstart.core.context import Context
    from headstart.core.model import Model
    from headstart.core.plan import Situation
    from headstart.core.split import Split
    from headstart.core.strategy import Checkpoint


@dataclass(frozen=True, kw_only=True)
class Untouched:
    """Cosines of the vectors that the base makes of texts, pooled as it was trained; nothing is learnt."""

    needs_base: ClassVar[bool] = True
    answers: ClassVar[tuple[str, ...]] = ("similarity", "ranking")
    summary: ClassVar[str] = "cosines of the base's vectors, without any training"

    max_length: int | None = knob(
        None, "tokens read of a text; as many as the base reads without one", low=8, high=8192
    )

    def blockers(self, situation: Situation) -> tuple[str, ...]:
        return length_reasons(self.max_length, situation)

    def cost(self, situation: Situation) -> Cost:
        assert situation.base is not None
        shape, corpus = situation.base.shape, len(corpus_of(situation.task))
        rows = situation.predict_rows + corpus
        return Cost(
            seconds=OPENING_S + reading_s(situation, rows, self.max_length),
            peak_bytes=LIBRARIES_BYTES + 6.0 * shape.parameters + 8.0 * rows * shape.width,
        )

    def adapt(self, start: Model, split: Split, context: Context) -> Iterator[Checkpoint]:
        # torch takes seconds to import and is needed for a fit alone.
        from headstart.train.opened import opened

        backbone = opened(start, context.device)
        context.progress(0.0, "reading texts")
        predictor = registry.load("predictors", predictor_of(split.task))(
            backbone=backbone,
            head=split.task.head(backbone.info).to(context.device).eval(),
            task=split.task,
            max_length=self.max_length or backbone.info.max_length,
            precision=context.precision,
        )
        yield finished(self, start, predictor, split=split, context=context)
