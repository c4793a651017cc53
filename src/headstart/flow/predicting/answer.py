"""Pieces of a table with their predictions beside them."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import polars as pl

from headstart.bundle.loaded import as_frame
from headstart.core.rows import Columns, Rows
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
        labels: rows by label; None counts those that got none.
    """

    rows: int = 0
    empty: int = 0
    labels: Counter[str | None] = field(default_factory=Counter)


def answers(
    model: Model, stream: Stream, *, match: Match, tally: Tally, tell: Callable[[int], None]
) -> Iterator[pl.DataFrame]:
    """Every row of the stream in order, its own columns first; counts in `tally` as it goes.

    Raises:
        DataError: a text column holds what is not text.
        InternalError: the model answered for more or fewer rows than it was given.
    """
    for piece in stream.pieces():
        rows = _rows(piece, match, stream.raw)
        predicted = as_frame(model.predict(rows))
        if predicted.height != piece.height:
            raise InternalError(f"{piece.height} rows gave {predicted.height} predictions")
        tally.rows += piece.height
        tally.empty += sum(not text.strip() for text in rows.texts)
        tally.labels.update(predicted["prediction"].to_list())
        tell(piece.height)
        yield piece.hstack(predicted)


def _rows(piece: pl.DataFrame, match: Match, raw: frozenset[str]) -> Rows:
    texts = [
        (_unpacked(piece[name]) if name in raw else _texts(piece[name])).alias(known)
        for name, known in zip(match.read, match.known_as, strict=True)
    ]
    return Rows.of(pl.DataFrame(texts), Columns(text=match.known_as))


def _texts(column: pl.Series) -> pl.Series:
    if not (column.dtype.is_numeric() or column.dtype.is_temporal() or column.dtype in _READABLE):
        raise DataError(
            f"the column {column.name!r} holds {column.dtype}, not text; name a text column with --text"
        )
    return column.cast(pl.String).fill_null("")


def _unpacked(column: pl.Series) -> pl.Series:
    """Texts among values of other kinds, which travel as JSON; half characters become question marks."""
    values = ("" if cell is None else json.loads(cell) for cell in column)
    texts = [value if isinstance(value, str) else json.dumps(value, ensure_ascii=False) for value in values]
    return pl.Series(
        column.name, [text.encode("utf-8", "replace").decode() for text in texts], dtype=pl.String
    )
