"""JSON lines in pieces, and JSON files as a whole."""

from __future__ import annotations

import json
from dataclasses import dataclass
from itertools import islice
from typing import IO, TYPE_CHECKING, Any, Self

import polars as pl

from headstart.data.open_text import find_encoding, open_text
from headstart.data.stream import PIECE_CHARS, PIECE_ROWS
from headstart.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

_KINDS: Mapping[str, Any] = {"str": pl.String, "bool": pl.Boolean, "int": pl.Int64, "float": pl.Float64}
_INT64 = 1 << 63


@dataclass(frozen=True, kw_only=True)
class JsonStream:
    """One object a row.

    Args:
        path: the file.
        encoding: how its bytes are read.
        whole: whether the file is one JSON value and no lines.
        kinds: type of each column; `raw` ones are not in it.
        columns: names in the order in which they first stand.
        rows: objects in all.
        raw: columns whose values differ in kind or are nested; they travel as JSON text.
    """

    path: Path
    encoding: str
    whole: bool
    kinds: Mapping[str, str]
    columns: tuple[str, ...]
    rows: int
    raw: frozenset[str]

    @classmethod
    def look(cls, path: Path, *, whole: bool) -> Self:
        """Looks through the whole file.

        Raises:
            DataError: it has no rows, or a line that is no JSON object.
        """
        encoding = find_encoding(path)
        seen: dict[str, set[str]] = {}
        rows = 0
        for record in _records(path, encoding, whole=whole):
            rows += 1
            for name, value in record.items():
                found = seen.setdefault(name, set())
                if value is not None:
                    found.add(_kind(value))
        if not rows:
            raise DataError(f"{path} has no rows; give at least one")
        kinds = {name: _common(each) for name, each in seen.items()}
        raw = frozenset(name for name, kind in kinds.items() if kind not in _KINDS)
        return cls(
            path=path, encoding=encoding, whole=whole, kinds=kinds, columns=tuple(seen), rows=rows, raw=raw
        )

    def pieces(self) -> Iterator[pl.DataFrame]:
        """The rows in order, some thousand at a time."""
        records = _records(self.path, self.encoding, whole=self.whole)
        while piece := _piece(records):
            yield pl.DataFrame([self._column(name, piece) for name in self.columns])

    def _column(self, name: str, records: list[dict[str, Any]]) -> pl.Series:
        values = [record.get(name) for record in records]
        if name in self.raw:
            texts = [None if value is None else json.dumps(value, ensure_ascii=False) for value in values]
            return pl.Series(name, texts, dtype=pl.String)
        return pl.Series(name, values, dtype=_KINDS[self.kinds[name]], strict=False)


def _records(path: Path, encoding: str, *, whole: bool) -> Iterator[dict[str, Any]]:
    with open_text(path, encoding) as file:
        yield from _objects(file, path) if whole else _lines(file, path)


def _lines(file: IO[str], path: Path) -> Iterator[dict[str, Any]]:
    number = 0
    for line in file:
        if not line.strip():
            continue
        number += 1
        try:
            record = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise DataError(f"{path}: row {number} is not JSON ({error}); write one object a line") from None
        yield _object(record, path, number)


def _objects(file: IO[str], path: Path) -> Iterator[dict[str, Any]]:
    try:
        content = json.load(file)
    except (ValueError, RecursionError) as error:
        raise DataError(f"{path} is not JSON ({error}); write a list of objects") from None
    if isinstance(content, dict) and content and all(isinstance(each, list) for each in content.values()):
        content = _transposed(content, path)
    if not isinstance(content, list):
        raise DataError(f"{path} holds a {type(content).__name__}; write a list of objects, one a row")
    yield from (_object(record, path, number) for number, record in enumerate(content, 1))


def _transposed(columns: dict[str, list[Any]], path: Path) -> list[dict[str, Any]]:
    if len({len(values) for values in columns.values()}) > 1:
        raise DataError(f"{path}: its columns differ in length; make them equally long")
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def _object(record: Any, path: Path, number: int) -> dict[str, Any]:
    if not isinstance(record, dict):
        raise DataError(f"{path}: row {number} is a {type(record).__name__}; each row must be an object")
    return record


def _piece(records: Iterator[dict[str, Any]]) -> list[dict[str, Any]]:
    piece, chars = [], 0
    for record in islice(records, PIECE_ROWS):
        piece.append(record)
        chars += sum(len(value) for value in record.values() if isinstance(value, str))
        if chars > PIECE_CHARS:
            break
    return piece


def _kind(value: Any) -> str:
    if isinstance(value, int) and not isinstance(value, bool) and not -_INT64 <= value < _INT64:
        return "big"
    return type(value).__name__


def _common(kinds: Iterable[str]) -> str:
    found = set(kinds) or {"str"}
    if found == {"int", "float"}:
        # An integer written as 3.0 would no longer be the value that stood there.
        return "mixed"
    return found.pop() if len(found) == 1 else "mixed"
