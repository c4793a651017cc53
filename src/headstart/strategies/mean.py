"""Always the mean of the training rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

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
class Mean:
    """What any regression must beat: the mean number, whatever the row."""

    needs_base: ClassVar[bool] = False
    answers: ClassVar[tuple[str, ...]] = ("number",)
    summary: ClassVar[str] = "always the mean of the training rows"

    def blockers(self, situation: Situation) -> tuple[str, ...]:
        return ()

    def cost(self, situation: Situation) -> Cost:
        return Cost(seconds=0.05, peak_bytes=2e8 + 8.0 * situation.predict_rows)

    def adapt(self, start: Model, split: Split, context: Context) -> Iterator[Checkpoint]:
        value = float(np.mean(split.task.gold(split.train)))
        predictor = registry.load("predictors", "constant_number")(value=value)
        yield finished(self, start, predictor, split=split, context=context)
