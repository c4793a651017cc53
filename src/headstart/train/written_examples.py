"""What an encoder-decoder is to read and to write of rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import numpy as np

from headstart.models.tokenise_texts import tokenise_texts, with_targets
from headstart.models.writing import Writing, end_token, longest_written

if TYPE_CHECKING:
    from headstart.core.examples import Examples
    from headstart.core.rows import Rows
    from headstart.core.task import Task
    from headstart.core.text_task import TextTask
    from headstart.models.backbone import Backbone

# A text may well be somewhat longer than those that were learnt from.
ROOM, MORE = 1.25, 8


def read_examples(backbone: Backbone, task: Task, rows: Rows, *, max_length: int) -> Examples:
    """One example a row, without what is to be written."""
    return tokenise_texts(cast("TextTask", task).sources(rows), backbone.tokenizer, max_length)


def written_examples(backbone: Backbone, task: Task, rows: Rows, *, max_length: int) -> Examples:
    """An example for each reference of each row, with the tokens to write.

    Args:
        backbone: a whole encoder-decoder.
        task: what is to be written.
        rows: rows with targets.
        max_length: tokens that are read of a text at most.
    """
    examples = read_examples(backbone, task, rows, max_length=max_length)
    return with_targets(
        examples,
        own_references(task, rows),
        backbone.tokenizer,
        max_length=longest_written(backbone),
        end=end_token(backbone),
    )


def own_references(task: Task, rows: Rows) -> list[tuple[str, ...]]:
    """The references of each row, each of them once even where a source stands in several rows.

    So a row that shares its source with others does not count as often as there are such rows.
    """
    seen = set[tuple[str, str]]()
    found = list[tuple[str, ...]]()
    for source, gold in zip(rows.texts, task.gold(rows), strict=True):
        mine = tuple(text for text in gold.texts if (source, text) not in seen)
        seen.update((source, text) for text in mine)
        found.append(mine)
    return found


def writing_for(
    backbone: Backbone, task: Task, rows: Rows, *, beams: int, tokens: int | None = None
) -> Writing:
    """How texts like those of some rows are written: with room for somewhat longer ones.

    Args:
        backbone: a whole encoder-decoder.
        task: what is to be written.
        rows: rows with targets.
        beams: texts followed at once.
        tokens: tokens written at most, where that was said.
    """
    most = longest_written(backbone)
    if tokens is None:
        lengths = written_examples(backbone, task, rows, max_length=backbone.info.max_length).target_lengths
        tokens = int(np.ceil(ROOM * lengths.max(initial=1))) + MORE
    return Writing(tokens=min(tokens, most), beams=beams)
