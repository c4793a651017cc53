"""The source as it came."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar

from headstart import registry
from headstart.core.plan import Cost
from headstart.train.finished import finished

if TYPE_CHECKING:
    from collections.abc import Iterator

    from headstart.core.context import Context
    from headstart.core.model import Model, Predictor
    from headstart.core.plan import Situation
    from headstart.core.split import Split
    from headstart.core.strategy import Checkpoint

# Rows that tell which of several columns comes nearest.
MOST_ROWS = 500


@dataclass(frozen=True, kw_only=True)
class CopySource:
    """What anything that writes texts must beat: giving back what was read.

    Of several text columns it is the one that comes nearest to the targets of the training rows.
    """

    needs_base: ClassVar[bool] = False
    answers: ClassVar[tuple[str, ...]] = ("text",)
    summary: ClassVar[str] = "the source as it came"

    def blockers(self, situation: Situation) -> tuple[str, ...]:
        return ()

    def cost(self, situation: Situation) -> Cost:
        words = situation.profile.lengths.mean * situation.predict_rows
        return Cost(seconds=0.1 + 1e-5 * words, peak_bytes=2e8 + 20.0 * words)

    def adapt(self, start: Model, split: Split, context: Context) -> Iterator[Checkpoint]:
        kind = registry.load("predictors", "copied_text")
        columns = [kind(column=place) for place in range(len(split.train.columns.text))]
        nearest = columns[0] if len(columns) == 1 else _nearest(columns, start, split, context=context)
        yield finished(self, start, nearest, split=split, context=context)


def _nearest(columns: list[Predictor], start: Model, split: Split, *, context: Context) -> Predictor:
    some = split.train.take(range(min(MOST_ROWS, len(split.train))))
    sign = 1.0 if context.metric.greater_is_better else -1.0
    return max(columns, key=lambda each: sign * context.score(replace(start, predictor=each), some))
