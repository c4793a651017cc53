"""JSON lines in pieces."""

from __future__ import annotations

import json
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any, Self

import polars as pl

from headstart.data.opening import open_text
from headstart.data.stream import PIECE_CHARS, PIECE_ROWS
from headstart.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

_KINDS: Mapping[str, Any] = {"str": pl.String, "bool": pl.Boolean, "int": pl.Int64, "float": pl.Float64}
_INT64 = 1 << 63


@dataclass(frozen=True, kw_only=True)
class JsonLinesStream:
    """One object a line; a key that a line lacks is an empty cell.

    Args:
        path: the file.
        codec: how its bytes become text.
        kinds: type of the values of each column.
        rows: objects in all.
    """

    path: Path
    codec: str
    kinds: Mapping[str, str]
    rows: int

    @classmethod
    def look(cls, path: Path, codec: str) -> Self:
        """Looks through the whole file.

        Raises:
            DataError: it has no rows, or a line that is no JSON object.
        """
        seen: dict[str, set[str]] = {}
        rows = 0
        for record in _records(path, codec):
            rows += 1
            for name, value in record.items():
                found = seen.setdefault(name, set())
                if value is not None:
                    found.add(_kind(value))
        if not rows or not seen:
            raise DataError(f'{path} has no rows; give at least one object such as {{"text": "..."}}')
        return cls(
            path=path, codec=codec, kinds={name: _common(each) for name, each in seen.items()}, rows=rows
        )

    @property
    def columns(self) -> tuple[str, ...]:
        """Names in the order in which they first stand."""
        return tuple(self.kinds)

    @property
    def raw(self) -> frozenset[str]:
        """Columns whose values differ in kind or are nested; they travel as JSON."""
        return frozenset(name for name, kind in self.kinds.items() if kind not in _KINDS)

    def pieces(self) -> Iterator[pl.DataFrame]:
        """The rows in order, some thousand at a time."""
        records = _records(self.path, self.codec)
        while piece := _piece(records):
            yield pl.DataFrame([self._column(name, piece) for name in self.kinds])

    def _column(self, name: str, records: list[dict[str, Any]]) -> pl.Series:
        values = [record.get(name) for record in records]
        kind = _KINDS.get(self.kinds[name])
        if kind is not None:
            return pl.Series(name, values, dtype=kind)
        texts = [None if value is None else json.dumps(value) for value in values]
        return pl.Series(name, texts, dtype=pl.String)


def _records(path: Path, codec: str) -> Iterator[dict[str, Any]]:
    with open_text(path, codec) as text:
        for number, line in enumerate(text, 1):
            if not line.strip():
                continue
            try:
                record = json.loads(line)
                line.encode("utf-8")
            except (ValueError, RecursionError) as error:
                raise DataError(
                    f"line {number} of {path} is not valid JSON ({error}); every line should be one "
                    'object such as {"text": "..."}: mend that line'
                ) from None
            if not isinstance(record, dict):
                raise DataError(
                    f"line {number} of {path} holds a {type(record).__name__}; every line should be one "
                    'object such as {"text": "..."}'
                )
            yield record


def _piece(records: Iterator[dict[str, Any]]) -> list[dict[str, Any]]:
    piece, chars = list[dict[str, Any]](), 0
    for record in islice(records, PIECE_ROWS):
        piece.append(record)
        chars += sum(len(value) for value in record.values() if isinstance(value, str))
        if chars > PIECE_CHARS:
            break
    return piece


def _kind(value: Any) -> str:
    if isinstance(value, str) and not _sound(value):
        return "broken"
    if isinstance(value, int) and not isinstance(value, bool) and not -_INT64 <= value < _INT64:
        return "big"
    return type(value).__name__


def _sound(text: str) -> bool:
    # JSON can spell half a character, which no column of texts can hold.
    return text.isascii() or not any("\ud800" <= each <= "\udfff" for each in text)


def _common(kinds: set[str]) -> str:
    # Integers among floats are not made floats: 3 would come out as 3.0.
    return kinds.copy().pop() if len(kinds) == 1 else "mixed" if kinds else "str"
