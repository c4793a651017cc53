"""Known phrases, wherever they stand."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Self

from headstart.core.entities import Entity, as_bio
from headstart.predictors._tagged import tagged

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from headstart.core.predictions import Predictions
    from headstart.core.rows import Rows
    from headstart.core.word_task import WordTask

PHRASES = "phrases.json"


@dataclass(frozen=True, kw_only=True, eq=False)
class Phrases:
    """Tags the phrases of a list, the longest at each place, from the first word to the last.

    Args:
        task: tells where words stand.
        kinds: kind of each phrase; its words are in small letters with spaces between.
    """

    task: WordTask
    kinds: Mapping[str, str]

    def predict(self, rows: Rows) -> Predictions:
        """A tag for each word of each row."""
        return tagged(self.task, rows, lambda words: as_bio(self._found(words), len(words)))

    def _found(self, words: Sequence[str]) -> list[Entity]:
        found, place = list[Entity](), 0
        while place < len(words):
            for size in range(min(self._longest, len(words) - place), 0, -1):
                kind = self.kinds.get(" ".join(words[place : place + size]))
                if kind is not None:
                    found.append(Entity(kind, place, place + size))
                    place += size - 1
                    break
            place += 1
        return found

    def save(self, folder: Path) -> Mapping[str, Any]:
        """Writes the list as JSON."""
        text = json.dumps(dict(sorted(self.kinds.items())), ensure_ascii=False)
        (folder / PHRASES).write_text(text, encoding="utf-8")
        return {}

    @classmethod
    def load(cls, folder: Path, config: Mapping[str, Any], task: WordTask) -> Self:  # noqa: ARG003
        """The predictor that `save` wrote."""
        return cls(task=task, kinds=json.loads((folder / PHRASES).read_text(encoding="utf-8")))

    @cached_property
    def _longest(self) -> int:
        return max((each.count(" ") + 1 for each in self.kinds), default=0)
