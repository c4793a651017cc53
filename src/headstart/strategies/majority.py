"""Always the most frequent class."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from headstart import registry
from headstart.core.plan import Cost
from headstart.train.finished import finished
from headstart.train.work import FORKING_S, LOADED_BYTES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from headstart.core.context import Context
    from headstart.core.model import Model
    from headstart.core.plan import Situation
    from headstart.core.split import Split
    from headstart.core.strategy import Checkpoint


@dataclass(frozen=True, kw_only=True)
class Majority:
    """What anything must beat: the class frequencies, whatever the row."""

    needs_base: ClassVar[bool] = False
    summary: ClassVar[str] = "always the most frequent class"

    def blockers(self, situation: Situation) -> tuple[str, ...]:
        return ()

    def cost(self, situation: Situation) -> Cost:
        return Cost(
            seconds=FORKING_S,
            peak_bytes=LOADED_BYTES + 8.0 * situation.predict_rows * len(situation.profile.classes),
        )

    def adapt(self, start: Model, split: Split, context: Context) -> Iterator[Checkpoint]:
        classes = split.task.classes
        counts = np.bincount(split.task.gold(split.train), minlength=len(classes))
        predictor = registry.load("predictors", "constant")(
            classes=classes, frequencies=tuple((counts / counts.sum()).tolist())
        )
        yield finished(self, start, predictor, split=split, context=context)
