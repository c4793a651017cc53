"""The tag that each word mostly had."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from headstart.core.entities import OUTSIDE, as_bio, entities
from headstart.predictors._tagged import tagged

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from headstart.core.predictions import Predictions
    from headstart.core.rows import Rows
    from headstart.core.word_task import WordTask

TAGS = "tags.json"


@dataclass(frozen=True, kw_only=True, eq=False)
class WordTags:
    """Tags words by a list; a word that it lacks is outside.

    Args:
        task: tells where words stand.
        tags: tag of each word, in small letters.
    """

    task: WordTask
    tags: Mapping[str, str]

    def predict(self, rows: Rows) -> Predictions:
        """A tag for each word of each row, broken stretches mended."""
        return tagged(self.task, rows, self._mended)

    def _mended(self, words: Sequence[str]) -> list[str]:
        tags = [self.tags.get(each, OUTSIDE) for each in words]
        return as_bio(entities(tags), len(tags))

    def save(self, folder: Path) -> Mapping[str, Any]:
        """Writes the list as JSON."""
        text = json.dumps(dict(sorted(self.tags.items())), ensure_ascii=False)
        (folder / TAGS).write_text(text, encoding="utf-8")
        return {}

    @classmethod
    def load(cls, folder: Path, config: Mapping[str, Any], task: WordTask) -> Self:  # noqa: ARG003
        """The predictor that `save` wrote."""
        return cls(task=task, tags=json.loads((folder / TAGS).read_text(encoding="utf-8")))
