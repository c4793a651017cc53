"""The sentence that shares most words with the question."""

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
        yield finished(self, start, predictor, split=split, context=context)
