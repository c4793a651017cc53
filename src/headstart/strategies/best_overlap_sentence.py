"""The sentence that shares most words with the question."""

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
class BestOverlapSentence:
    """What any answering must beat: the sentence of the text that has most of the question's words.

    The sliding window of Richardson et al. 2013, section 5.1, over whole sentences; it learns nothing.
    """

    needs_base: ClassVar[bool] = False
    answers: ClassVar[tuple[str, ...]] = ("span",)
    summary: ClassVar[str] = "the sentence with most of the question's words"

    def blockers(self, situation: Situation) -> tuple[str, ...]:
        return ()

    def cost(self, situation: Situation) -> Cost:
        words = situation.profile.lengths.mean * (situation.train_rows + situation.predict_rows)
        return Cost(seconds=0.1 + 2e-6 * words, peak_bytes=2e8 + 100.0 * words)

    def adapt(self, start: Model, split: Split, context: Context) -> Iterator[Checkpoint]:
        predictor = registry.load("predictors", "overlap_sentence")()
        step = Step(use=registry.name_of(self))
        model = replace(start, predictor=predictor, base=None, lineage=(*start.lineage, step))
        dev_score = context.score(model, split.dev) if len(split.dev) else None
        yield Checkpoint(model=model, fraction=1.0, dev_score=dev_score)
