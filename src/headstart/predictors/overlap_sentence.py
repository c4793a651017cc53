"""The sentence of a text that shares most words with a question."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from headstart.core.predictions import Predictions
from headstart.core.words import words_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from headstart.core.rows import Rows
    from headstart.core.task import Task

# A sentence ends at a mark with a space after it, at such a mark of Chinese or Japanese, or with the line.
_END = re.compile(r"(?<=[.!?])\s+|(?<=[。！？])|\n+")  # noqa: RUF001


@dataclass(frozen=True, kw_only=True)
class OverlapSentence:
    """Answers with a whole sentence, of equal ones the shortest, then the first; it has learnt nothing."""

    def predict(self, rows: Rows) -> Predictions:
        """A sentence for each row, none where the text is blank.

        Args:
            rows: questions in their first text column, texts in their second.
        """
        questions, contexts = (rows.frame[name].to_list() for name in rows.columns.text)
        spans = [_best(one, other) for one, other in zip(questions, contexts, strict=True)]
        return Predictions(
            texts=tuple(
                context[start:end] if start >= 0 else ""
                for context, (start, end) in zip(contexts, spans, strict=True)
            ),
            spans=np.asarray(spans, dtype=np.int64).reshape(-1, 2),
        )

    def save(self, folder: Path) -> Mapping[str, Any]:
        """Needs no file."""
        return {}

    @classmethod
    def load(cls, folder: Path, config: Mapping[str, Any], task: Task) -> Self:  # noqa: ARG003
        """The predictor that `save` described."""
        return cls()


def _best(question: str, context: str) -> tuple[int, int]:
    asked = set(words_of(question.lower()))

    def merit(span: tuple[int, int]) -> tuple[int, int, int]:
        words = set(words_of(context[span[0] : span[1]].lower()))
        return len(words & asked), span[0] - span[1], -span[0]

    return max(_sentences(context), key=merit, default=(-1, -1))


def _sentences(text: str) -> list[tuple[int, int]]:
    """Where the sentences of a text start and end, spaces around them left out."""
    ends = [*((each.start(), each.end()) for each in _END.finditer(text)), (len(text), len(text))]
    found, start = list[tuple[int, int]](), 0
    for stop, further in ends:
        sentence = text[start:stop]
        lead = len(sentence) - len(sentence.lstrip())
        if sentence.strip():
            found.append((start + lead, start + len(sentence.rstrip())))
        start = further
    return found
