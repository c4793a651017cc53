"""Words that are tagged row by row."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from headstart.core.predictions import Predictions

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from headstart.core.rows import Rows
    from headstart.core.word_task import WordTask


def tagged(task: WordTask, rows: Rows, tag: Callable[[list[str]], Sequence[str]]) -> Predictions:
    """A tag for each word of each row.

    Args:
        task: tells where words stand.
        rows: the rows.
        tag: gives the tags of the words of a row, which come in small letters.
    """
    index = {name: position for position, name in enumerate(task.classes)}
    found, spans = list[int](), task.spans(rows)
    for text, words in zip(rows.texts, spans, strict=True):
        found += [index[each] for each in tag([text[start:stop].lower() for start, stop in words])]
    flat = [span for row in spans for span in row]
    return Predictions(
        classes=task.classes,
        tags=np.asarray(found, dtype=np.int64),
        sizes=np.asarray([len(row) for row in spans], dtype=np.int64),
        spans=np.asarray(flat, dtype=np.int64).reshape(-1, 2) if task.running else None,
    )
