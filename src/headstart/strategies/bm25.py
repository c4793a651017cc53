"""Passages that share rare words with the query."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, cast

from headstart import registry
from headstart.core.corpus_task import corpus_of
from headstart.core.knob import knob
from headstart.core.plan import Cost
from headstart.train.finished import finished

if TYPE_CHECKING:
    from collections.abc import Iterator

    from headstart.core.context import Context
    from headstart.core.corpus_task import CorpusTask
    from headstart.core.model import Model
    from headstart.core.plan import Situation
    from headstart.core.split import Split
    from headstart.core.strategy import Checkpoint


@dataclass(frozen=True, kw_only=True)
class Bm25:
    """What any retrieval must beat: Okapi BM25 (Robertson and Zaragoza 2009), which learns from no pair."""

    needs_base: ClassVar[bool] = False
    answers: ClassVar[tuple[str, ...]] = ("ranking",)
    summary: ClassVar[str] = "the passages that share rare words with the query"

    k1: float = knob(1.2, "how soon a repeated word counts no more", low=0.0, high=5.0, search=(0.5, 2.5))
    b: float = knob(0.75, "how much the length of a passage counts", low=0.0, high=1.0)

    def blockers(self, situation: Situation) -> tuple[str, ...]:
        return ()

    def cost(self, situation: Situation) -> Cost:
        corpus = corpus_of(situation.task)
        words = sum(map(len, corpus)) / 5.0
        products = 1e-9 * len(corpus) * situation.predict_rows
        return Cost(seconds=0.2 + 1e-6 * words + 20 * products, peak_bytes=3e8 + 150.0 * words)

    def adapt(self, start: Model, split: Split, context: Context) -> Iterator[Checkpoint]:
        task = cast("CorpusTask", split.task)
        predictor = registry.load("predictors", "bm25")(task=task, k1=self.k1, b=self.b)
        yield finished(self, start, predictor, split=split, context=context)
