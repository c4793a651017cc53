"""Always the most frequent class."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from headstart import registry
from headstart.core.plan import Cost, Step
from headstart.core.strategy import Checkpoint
from headstart.train.work import FORKING_S, LOADED_BYTES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from headstart.core.context import Context
    from headstart.core.model import Model
    from headstart.core.plan import Situation
    from headstart.core.split import Split


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
        step = Step(use=registry.name_of(self))
        model = replace(start, predictor=predictor, base=None, lineage=(*start.lineage, step))
        dev_score = context.score(model, split.dev) if len(split.dev) else None
        yield Checkpoint(model=model, fraction=1.0, dev_score=dev_score)
