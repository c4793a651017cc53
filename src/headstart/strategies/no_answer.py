"""Never an answer."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar

from headstart import registry
from headstart.core.plan import Cost, Step
from headstart.core.strategy import Checkpoint

if TYPE_CHECKING:
    from collections.abc import Iterator

    from headstart.core.context import Context
    from headstart.core.model import Model
    from headstart.core.plan import Situation
    from headstart.core.split import Split


@dataclass(frozen=True, kw_only=True)
class NoAnswer:
    """Says of every question that it has no answer; right where it has none."""

    needs_base: ClassVar[bool] = False
    answers: ClassVar[tuple[str, ...]] = ("span",)
    summary: ClassVar[str] = "never an answer"

    def blockers(self, situation: Situation) -> tuple[str, ...]:
        return ()

    def cost(self, situation: Situation) -> Cost:
        return Cost(seconds=0.05, peak_bytes=2e8 + 100.0 * situation.predict_rows)

    def adapt(self, start: Model, split: Split, context: Context) -> Iterator[Checkpoint]:
        predictor = registry.load("predictors", "silence")()
        step = Step(use=registry.name_of(self))
        model = replace(start, predictor=predictor, base=None, lineage=(*start.lineage, step))
        dev_score = context.score(model, split.dev) if len(split.dev) else None
        yield Checkpoint(model=model, fraction=1.0, dev_score=dev_score)
