"""The tag that each word mostly has."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, cast

from headstart import registry
from headstart.core.entities import OUTSIDE
from headstart.core.plan import Cost
from headstart.train.finished import finished

if TYPE_CHECKING:
    from collections.abc import Iterator

    from headstart.core.context import Context
    from headstart.core.model import Model
    from headstart.core.plan import Situation
    from headstart.core.split import Split
    from headstart.core.strategy import Checkpoint
    from headstart.core.word_task import WordTask


@dataclass(frozen=True, kw_only=True)
class FrequentTag:
    """What any tagging must beat: the most frequent tag of each word; words never seen are outside."""

    needs_base: ClassVar[bool] = False
    answers: ClassVar[tuple[str, ...]] = ("tags",)
    summary: ClassVar[str] = "the tag that each word mostly has"

    def blockers(self, situation: Situation) -> tuple[str, ...]:
        return ()

    def cost(self, situation: Situation) -> Cost:
        words = situation.profile.lengths.mean * (situation.train_rows + situation.predict_rows)
        return Cost(seconds=0.1 + 2e-6 * words, peak_bytes=2e8 + 100.0 * words)

    def adapt(self, start: Model, split: Split, context: Context) -> Iterator[Checkpoint]:
        task = cast("WordTask", split.task)
        counts = defaultdict[str, Counter[str]](Counter)
        rows = zip(split.train.texts, task.spans(split.train), task.gold(split.train), strict=True)
        for text, spans, tags in rows:
            for (first, stop), tag in zip(spans, tags, strict=True):
                counts[text[first:stop].lower()][task.classes[tag]] += 1
        mostly = {word: _most_frequent(seen) for word, seen in counts.items()}
        kept = {word: tag for word, tag in mostly.items() if tag != OUTSIDE}
        predictor = registry.load("predictors", "word_tags")(task=task, tags=kept)
        yield finished(self, start, predictor, split=split, context=context)


def _most_frequent(seen: Counter[str]) -> str:
    """Of equally frequent tags the first by alphabet, so that the order of rows decides nothing."""
    return min(seen, key=lambda tag: (-seen[tag], tag))
