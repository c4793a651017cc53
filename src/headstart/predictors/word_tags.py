"""The tag that each word mostly had."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from headstart.core.entities import OUTSIDE, as_bio, entities
from headstart.core.predictions import Predictions

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

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
        index = {name: position for position, name in enumerate(self.task.classes)}
        found, spans = list[int](), self.task.spans(rows)
        for text, words in zip(rows.texts, spans, strict=True):
            tags = [self.tags.get(text[start:stop].lower(), OUTSIDE) for start, stop in words]
            found += [index[each] for each in as_bio(entities(tags), len(tags))]
        flat = [span for row in spans for span in row]
        return Predictions(
            classes=self.task.classes,
            tags=np.asarray(found, dtype=np.int64),
            sizes=np.asarray([len(row) for row in spans], dtype=np.int64),
            spans=np.asarray(flat, dtype=np.int64).reshape(-1, 2) if self.task.running else None,
        )

    def save(self, folder: Path) -> Mapping[str, Any]:
        """Writes the list as JSON."""
        text = json.dumps(dict(sorted(self.tags.items())), ensure_ascii=False)
        (folder / TAGS).write_text(text, encoding="utf-8")
        return {}

    @classmethod
    def load(cls, folder: Path, config: Mapping[str, Any], task: WordTask) -> Self:  # noqa: ARG003
        """The predictor that `save` wrote."""
        return cls(task=task, tags=json.loads((folder / TAGS).read_text(encoding="utf-8")))
