"""Pieces of a table with their predictions beside them."""

from __future__ import annotations

import json
import math
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import polars as pl

from headstart.bundle.loaded import as_frame
from headstart.core.rows import Columns, Rows
from headstart.core.words import join_words
from headstart.errors import DataError, InternalError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from headstart.core.model import Model
    from headstart.data.stream import Stream
    from headstart.flow.predicting.match import Match

_READABLE = (pl.String, pl.Categorical, pl.Enum, pl.Boolean, pl.Null)


@dataclass(kw_only=True)
class Tally:
    """What has been predicted so far.

    Args:
        rows: rows.
        empty: rows without any text.
        labels: rows (or words) by label; None counts rows that got none.
        total: sum of the numbers, where answers are numbers.
        least: the smallest of them.
        greatest: the largest of them.
    """

    rows: int = 0
    empty: int = 0
    labels: Counter[str | None] = field(default_factory=Counter)
    total: float = 0.0
    least: float = math.inf
    greatest: float = -math.inf

    def count(self, answers: pl.Series) -> None:
        """Adds the answers of some rows."""
        if answers.dtype.is_numeric():
            numbers = [float(each) for each in answers]
            self.total += math.fsum(numbers)
            self.least = min(self.least, *numbers) if numbers else self.least
            self.greatest = max(self.greatest, *numbers) if numbers else self.greatest
        elif answers.dtype.is_nested():
            self.labels.update(
                label for several in answers.to_list() for each in several if (label := _label(each))
            )
            self.labels[None] += sum(not several for several in answers.to_list())
        else:
            self.labels.update(answers.to_list())

    @property
    def numbers(self) -> dict[str, float]:
        """Mean and ends of the numbers; empty where answers are something else."""
        if self.least > self.greatest:
            return {}
        return {"mean": self.total / self.rows, "least": self.least, "greatest": self.greatest}


def answers(
    model: Model, stream: Stream, *, match: Match, tally: Tally, tell: Callable[[int], None]
) -> Iterator[pl.DataFrame]:
    """Every row of the stream in order, its own columns first; counts in `tally` as it goes.

    Raises:
        DataError: a text column holds what is not text.
        InternalError: the model answered for more or fewer rows than it was given.
    """
    for piece in stream.pieces():
        rows = _rows(piece, match, stream.raw, words=model.task.answer == "tags")
        predicted = as_frame(model.predict(rows))
        if predicted.height != piece.height:
            raise InternalError(f"{piece.height} rows gave {predicted.height} predictions")
        tally.rows += piece.height
        tally.empty += sum(not text.strip() for text in rows.texts)
        tally.count(predicted["prediction"])
        tell(piece.height)
        yield piece.hstack(predicted)


def _rows(piece: pl.DataFrame, match: Match, raw: frozenset[str], *, words: bool) -> Rows:
    """The texts of a piece; lists of words are joined where a model answers for words."""
    texts = []
    for name, known in zip(match.read, match.known_as, strict=True):
        read = _unpacked if name in raw else _texts
        texts.append(read(piece[name], words=words).alias(known))
    return Rows.of(pl.DataFrame(texts), Columns(text=match.known_as))


def _texts(column: pl.Series, *, words: bool) -> pl.Series:
    if words and column.dtype == pl.List(pl.String):
        joined = ["" if cell is None else join_words(each or "" for each in cell) for cell in column]
        return pl.Series(column.name, joined, dtype=pl.String)
    if not (column.dtype.is_numeric() or column.dtype.is_temporal() or column.dtype in _READABLE):
        raise DataError(
            f"the column {column.name!r} holds {column.dtype}, not text; name a text column with --text"
        )
    return column.cast(pl.String).fill_null("")


def _unpacked(column: pl.Series, *, words: bool) -> pl.Series:
    """Texts among values of other kinds, which travel as JSON; half characters become question marks."""
    values = ("" if cell is None else json.loads(cell) for cell in column)
    texts = [_text(value, words=words) for value in values]
    return pl.Series(
        column.name, [text.encode("utf-8", "replace").decode() for text in texts], dtype=pl.String
    )


def _text(value: object, *, words: bool) -> str:
    if words and isinstance(value, list) and value and all(isinstance(each, str) for each in value):
        return join_words(value)
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _label(part: object) -> str | None:
    """What a part of an answer is counted as; a passage is one of many and not counted."""
    return part.get("label") if isinstance(part, dict) else str(part)
