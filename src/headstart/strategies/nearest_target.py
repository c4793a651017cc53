"""The target of the nearest training row."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from headstart import registry
from headstart.core.plan import Cost
from headstart.train.finished import finished

if TYPE_CHECKING:
    from collections.abc import Iterator

    from headstart.core.context import Context
    from headstart.core.model import Model
    from headstart.core.plan import Situation
    from headstart.core.split import Split
    from headstart.core.strategy import Checkpoint


@dataclass(frozen=True, kw_only=True)
class NearestTarget:
    """Looks the source up among those of the training rows, by tf-idf, and gives the target found there."""

    needs_base: ClassVar[bool] = False
    answers: ClassVar[tuple[str, ...]] = ("text",)
    summary: ClassVar[str] = "the target of the nearest training row, by tf-idf"

    def blockers(self, situation: Situation) -> tuple[str, ...]:
        return ()

    def cost(self, situation: Situation) -> Cost:
        rows, tokens = situation.train_rows, situation.profile.lengths.mean
        counting = 4e-6 * tokens * (rows + situation.predict_rows)
        return Cost(
            seconds=0.5 + counting + 2e-8 * rows * situation.predict_rows,
            peak_bytes=2.5e8 + 60.0 * tokens * rows + 4e3 * rows,
        )

    def adapt(self, start: Model, split: Split, context: Context) -> Iterator[Checkpoint]:
        context.progress(0.0, "counting words")
        gold = split.task.gold(split.train)
        predictor = registry.load("predictors", "nearest_text")(
            sources=tuple(split.train.texts), targets=tuple(each.texts[0] for each in gold)
        )
        yield finished(self, start, predictor, split=split, context=context)
