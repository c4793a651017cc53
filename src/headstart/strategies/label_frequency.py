"""The same labels for every row, as frequent as they are."""

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
class LabelFrequency:
    """What anything must beat: how frequent each label is, whatever the row."""

    needs_base: ClassVar[bool] = False
    answers: ClassVar[tuple[str, ...]] = ("labels",)
    summary: ClassVar[str] = "the same labels for every row, as frequent as they are"

    def blockers(self, situation: Situation) -> tuple[str, ...]:
        return ()

    def cost(self, situation: Situation) -> Cost:
        held = 8.0 * situation.predict_rows * len(situation.profile.classes)
        return Cost(seconds=0.05, peak_bytes=2e8 + held)

    def adapt(self, start: Model, split: Split, context: Context) -> Iterator[Checkpoint]:
        shares = np.asarray(split.task.gold(split.train), dtype=np.float64).mean(axis=0)
        predictor = registry.load("predictors", "constant")(
            classes=split.task.classes, frequencies=tuple(shares.tolist()), several=True
        )
        yield finished(self, start, predictor, split=split, context=context)
