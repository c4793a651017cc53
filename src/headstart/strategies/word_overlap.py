"""Texts are alike that share rare words."""

from __future__ import annotations

import math
from collections import Counter
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
class WordOverlap:
    """What any similarity must beat: the words that two texts share, the rare ones counting more.

    The weight of a word is its inverse document frequency among the training texts, scores unread.
    """

    needs_base: ClassVar[bool] = False
    answers: ClassVar[tuple[str, ...]] = ("similarity",)
    summary: ClassVar[str] = "the rare words that two texts share"

    def blockers(self, situation: Situation) -> tuple[str, ...]:
        return ()

    def cost(self, situation: Situation) -> Cost:
        words = situation.profile.lengths.mean * (situation.train_rows + situation.predict_rows)
        return Cost(seconds=0.1 + 5e-6 * words, peak_bytes=2e8 + 100.0 * words)

    def adapt(self, start: Model, split: Split, context: Context) -> Iterator[Checkpoint]:
        # Counting words needs SciPy's sparse tables beside it, which take a moment to import.
        from headstart.models.ngrams import tokens_of

        texts = [text for name in split.train.columns.text for text in split.train.frame[name].to_list()]
        holding = Counter(word for text in texts for word in set(tokens_of(text)))
        predictor = registry.load("predictors", "word_overlap")(
            task=split.task,
            weights={
                word: 1.0 + math.log((1.0 + len(texts)) / (1.0 + rows)) for word, rows in holding.items()
            },
            unseen=1.0 + math.log(1.0 + len(texts)),
        )
        yield finished(self, start, predictor, split=split, context=context)
