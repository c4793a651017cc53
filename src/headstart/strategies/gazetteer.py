"""A list of the entities that were seen."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, cast

from headstart import registry
from headstart.core.entities import Entity, entities
from headstart.core.knob import knob
from headstart.core.plan import Cost
from headstart.train.finished import finished

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from headstart.core.context import Context
    from headstart.core.model import Model
    from headstart.core.plan import Situation
    from headstart.core.rows import Rows
    from headstart.core.split import Split
    from headstart.core.strategy import Checkpoint
    from headstart.core.word_task import WordTask


@dataclass(frozen=True, kw_only=True)
class Gazetteer:
    """Finds the phrases that were entities in the training rows wherever they stand, the longest first."""

    needs_base: ClassVar[bool] = False
    answers: ClassVar[tuple[str, ...]] = ("tags",)
    summary: ClassVar[str] = "a list of the entities that were seen"

    least_share: float = knob(
        0.5, "how often a phrase must have been an entity where it stood", low=0.0, high=1.0
    )

    def blockers(self, situation: Situation) -> tuple[str, ...]:
        return ()

    def cost(self, situation: Situation) -> Cost:
        words = situation.profile.lengths.mean * (situation.train_rows + situation.predict_rows)
        return Cost(seconds=0.1 + 1e-5 * words, peak_bytes=2e8 + 200.0 * words)

    def adapt(self, start: Model, split: Split, context: Context) -> Iterator[Checkpoint]:
        predictor = registry.load("predictors", "phrases")(
            task=split.task, kinds=self._kinds(cast("WordTask", split.task), split.train)
        )
        yield finished(self, start, predictor, split=split, context=context)

    def _kinds(self, task: WordTask, rows: Rows) -> Mapping[str, str]:
        """The kind of each phrase that was an entity often enough where it stood."""
        marked = defaultdict[str, Counter[str]](Counter)
        lines = list[tuple[list[str], list[Entity]]]()
        for text, spans, tags in zip(rows.texts, task.spans(rows), task.gold(rows), strict=True):
            words = [text[first:stop].lower() for first, stop in spans]
            found = entities([task.classes[tag] for tag in tags])
            lines.append((words, found))
            for each in found:
                marked[" ".join(words[each.start : each.stop])][each.kind] += 1
        sizes = sorted({phrase.count(" ") + 1 for phrase in marked})
        seen = Counter(each for words, found in lines for each in _phrases(words, found, sizes))
        return {
            phrase: min(kinds, key=lambda kind: (-kinds[kind], kind))
            for phrase, kinds in marked.items()
            if kinds.total() >= self.least_share * seen[phrase]
        }


def _phrases(words: Sequence[str], found: Sequence[Entity], sizes: Sequence[int]) -> Iterator[str]:
    """The phrases of these sizes, but not those that are part of a longer entity."""
    for size in sizes:
        for at in range(len(words) - size + 1):
            longer = (each for each in found if each.start <= at and at + size <= each.stop)
            if all(each.stop - each.start == size for each in longer):
                yield " ".join(words[at : at + size])
