"""Pieces of a table with their predictions beside them."""

from __future__ import annotations

import json
import math
from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import polars as pl

from headstart.bundle.loaded import as_frame
from headstart.core.feature_cells import feature_cells, in_seconds
from headstart.core.rows import Columns, Rows
from headstart.core.task import WRITTEN
from headstart.core.words import joined_cell
from headstart.errors import DataError, InternalError
from headstart.flow.predicting.top import top_frame

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from headstart.core.model import Model
    from headstart.data.stream import Stream
    from headstart.flow.predicting.match import Match

# How rows are counted whose answers are texts of their own.
ANSWERED, UNANSWERED = "an answer", "no answer"
_READABLE = (pl.String, pl.Categorical, pl.Enum, pl.Boolean, pl.Null)


@dataclass(kw_only=True)
class Tally:
    """What has been predicted so far.

    Args:
        rows: rows.
        empty: rows without any text.
        labels: rows (or words) by label; None counts rows that got none.
        words: words of all texts, where answers are texts.
        blank: rows whose text is empty, where answers are texts.
        total: sum of the numbers, where answers are numbers.
        least: the smallest of them.
        greatest: the largest of them.
    """

    rows: int = 0
    empty: int = 0
    labels: Counter[str | None] = field(default_factory=Counter)
    words: int = 0
    blank: int = 0
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
        elif isinstance(answers.dtype, pl.Struct):
            self.labels.update(ANSWERED if each["text"] else UNANSWERED for each in answers.to_list())
        elif answers.dtype.is_nested():
            self.labels.update(
                label for several in answers.to_list() for each in several if (label := _label(each))
            )
            self.labels[None] += sum(not several for several in answers.to_list())
        else:
            self.labels.update(answers.to_list())

    def count_texts(self, texts: pl.Series) -> None:
        """Adds the texts produced for some rows."""
        sizes = [len(each.split()) for each in texts]
        self.words += sum(sizes)
        self.blank += sum(not each for each in sizes)

    @property
    def numbers(self) -> dict[str, float]:
        """Mean and ends of the numbers; empty where answers are something else."""
        if self.least > self.greatest:
            return {}
        return {"mean": self.total / self.rows, "least": self.least, "greatest": self.greatest}


def answers(
    model: Model,
    stream: Stream,
    *,
    match: Match,
    tally: Tally,
    tell: Callable[[int], None],
    top: int | None = None,
) -> Iterator[pl.DataFrame]:
    """Every row of the stream in order, its own columns first.

    Args:
        model: what predicts.
        stream: the rows.
        match: which columns are read.
        tally: counts the answers as it goes.
        tell: is told of rows that are done.
        top: labels that are named of each row, instead of the probability of every one.

    Raises:
        DataError: a text column holds what is not text.
        InternalError: the model answered for more or fewer rows than it was given.
    """
    for piece in stream.pieces():
        rows = _rows(piece, match, stream.raw, answer=model.task.answer, before=tally.rows)
        told = model.predict(rows)
        predicted = as_frame(told) if top is None else top_frame(told, top)
        if predicted.height != piece.height:
            raise InternalError(f"{piece.height} rows gave {predicted.height} predictions")
        tally.rows += piece.height
        tally.empty += sum(not text.strip() for text in rows.plain.texts)
        (tally.count_texts if model.task.answer in WRITTEN else tally.count)(predicted["prediction"])
        tell(piece.height)
        yield piece.hstack(predicted)


def _rows(piece: pl.DataFrame, match: Match, raw: frozenset[str], *, answer: str, before: int) -> Rows:
    """The texts of a piece and the columns beside them; words are joined where a model answers for words."""
    texts = []
    for name, known in zip(match.read, match.known_as, strict=True):
        column = piece[name]
        if answer == "reply" and column.dtype.is_nested():
            texts.append(_messages(column).alias(known))
            continue
        read = _unpacked if name in raw else _texts
        texts.append(read(column, words=answer == "tags").alias(known))
    cells = [_cells(piece[each.name], raw).alias(each.name) for each in match.features]
    beside = [
        feature_cells(column, each, match.name, before=before)
        for column, each in zip(cells, match.features, strict=True)
    ]
    found = Rows.of(pl.DataFrame([*texts, *beside]), Columns(text=match.known_as, features=match.features))
    return replace(found, numbers=found.numbers + before)


def _cells(column: pl.Series, raw: frozenset[str]) -> pl.Series:
    """Cells as they were read; those of several kinds, which travel as JSON, as texts."""
    return _unpacked(column, words=False) if column.name in raw else column


def _texts(column: pl.Series, *, words: bool) -> pl.Series:
    if words and column.dtype in (pl.String, pl.List(pl.String), pl.List(pl.Null)):
        column = pl.Series(column.name, map(joined_cell, column.to_list()), dtype=pl.String)
    if not (column.dtype.is_numeric() or column.dtype.is_temporal() or column.dtype in _READABLE):
        raise DataError(
            f"the column {column.name!r} holds {column.dtype}, not text; name a text column with --text"
        )
    plain = in_seconds(column)
    plain = plain.fill_nan(None) if plain.dtype.is_float() else plain
    return plain.cast(pl.String).fill_null("")


def _messages(column: pl.Series) -> pl.Series:
    """Lists of messages as JSON, which models that answer in conversations read."""
    cells = ["" if cell is None else json.dumps(cell, ensure_ascii=False) for cell in column.to_list()]
    return pl.Series(column.name, cells, dtype=pl.String)


def _unpacked(column: pl.Series, *, words: bool) -> pl.Series:
    """Texts among values of other kinds, which travel as JSON; half characters become question marks."""
    values = ("" if cell is None else json.loads(cell) for cell in column)
    texts = [_text(value, words=words) for value in values]
    return pl.Series(
        column.name, [text.encode("utf-8", "replace").decode() for text in texts], dtype=pl.String
    )


def _text(value: object, *, words: bool) -> str:
    if isinstance(value, float) and math.isnan(value):
        return ""
    value = joined_cell(value) if words else value
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _label(part: object) -> str | None:
    """What a part of an answer is counted as; a passage is one of many and not counted."""
    return part.get("label") if isinstance(part, dict) else str(part)
