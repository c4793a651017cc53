"""Never an answer."""

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
class NoAnswer:
    """Says of every question that it has no answer; right where it has none."""

    needs_base: ClassVar[bool] = False
    answers: ClassVar[tuple[str, ...]] = ("span",)
    summary: ClassVar[str] = "never an answer"

    def blockers(self, situation: Situation) -> tuple[str, ...]:
        # Kinds of rows are counted where some questions have no answer.
        if not situation.profile.classes:
            return ("every question of the file has an answer, so that saying none is always wrong",)
        return ()

    def cost(self, situation: Situation) -> Cost:
        return Cost(seconds=0.05, peak_bytes=2e8 + 100.0 * situation.predict_rows)

    def adapt(self, start: Model, split: Split, context: Context) -> Iterator[Checkpoint]:
        predictor = registry.load("predictors", "silence")()
        yield finished(self, start, predictor, split=split, context=context)
