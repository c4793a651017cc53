"""Texts whose label is asked for, and those whose label is known."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from headstart.core.rows import Rows

# What stands for a text without content (Zhao et al. 2021, section 4).
CONTENT_FREE = ("N/A", "", "[MASK]")


@dataclass(frozen=True, kw_only=True)
class Question:
    """A text whose label is asked for.

    Args:
        text: it loses its end where there is no room.
        tail: what comes after it and is never cut: columns beside the text.
    """

    text: str
    tail: str = ""

    @property
    def whole(self) -> str:
        """Text and tail."""
        return f"{self.text}\n{self.tail}" if self.tail else self.text


@dataclass(frozen=True, kw_only=True)
class Answered:
    """A question with its answer in words."""

    question: Question
    answer: str


def questions(rows: Rows) -> list[Question]:
    """The question of each row; several text columns stand one under the other with their names."""
    names = rows.columns.text
    columns = [rows.frame[name].to_list() for name in names]
    texts = [_written(names, cells) for cells in zip(*columns, strict=True)]
    return [Question(text=text, tail=tail) for text, tail in zip(texts, rows.tails, strict=True)]


def content_free(names: Sequence[str]) -> list[Question]:
    """Questions that speak for no label, as rows with these text columns would ask them."""
    return [Question(text=_written(names, [each] * len(names))) for each in CONTENT_FREE]


def stated(asked: Question, statement: str) -> Question:
    """The question whether a statement about a text is true; like the columns, it is never cut."""
    said = f"Statement: {statement}"
    return replace(asked, tail=f"{asked.tail}\n{said}" if asked.tail else said)


def _written(names: Sequence[str], cells: Sequence[str]) -> str:
    if len(names) == 1:
        return cells[0]
    return "\n".join(f"{name}: {cell}" for name, cell in zip(names, cells, strict=True))
