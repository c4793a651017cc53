"""CSV and TSV in pieces."""

from __future__ import annotations

import csv
import sys
from collections import Counter
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Self

import polars as pl

from headstart.data.open_text import find_encoding, open_text
from headstart.data.stream import PIECE_CHARS, PIECE_ROWS
from headstart.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

DELIMITERS = (",", ";", "\t", "|")
_SAMPLE_CHARS = 1 << 16
_NAMED_ROWS = 5


@dataclass(frozen=True, kw_only=True)
class CsvStream:
    """Delimited text; every cell is a string.

    Args:
        path: the file.
        encoding: how its bytes are read.
        delimiter: what parts its cells.
        strict: whether its quotes follow the rules everywhere.
        columns: names in order.
        rows: rows in all, without the header.
        raw: none.
    """

    path: Path
    encoding: str
    delimiter: str
    strict: bool
    columns: tuple[str, ...]
    rows: int
    raw: frozenset[str] = frozenset()

    @classmethod
    def look(cls, path: Path, *, tabs: bool) -> Self:
        """Looks through the whole file.

        Raises:
            DataError: it has no rows, or ragged ones, NUL bytes, or names that stand twice.
        """
        csv.field_size_limit(sys.maxsize if sys.maxsize < 2**31 else 2**31 - 1)
        encoding = find_encoding(path)
        with open_text(path, encoding) as file:
            delimiter = "\t" if tabs else sniff_delimiter(file.read(_SAMPLE_CHARS))
        try:
            columns, rows = _check(path, _records(path, encoding, delimiter, strict=True))
            strict = True
        except csv.Error as error:
            if "end of data" in str(error):
                raise DataError(
                    f"{path}: a quote is opened and never closed; close it, or double it"
                ) from None
            columns, rows = _check(path, _records(path, encoding, delimiter, strict=False))
            strict = False
        return cls(
            path=path, encoding=encoding, delimiter=delimiter, strict=strict, columns=columns, rows=rows
        )

    def pieces(self) -> Iterator[pl.DataFrame]:
        """The rows in order, some thousand at a time."""
        records = _records(self.path, self.encoding, self.delimiter, strict=self.strict)
        next(records)
        while piece := _piece(records):
            cells = zip(*piece, strict=True)
            yield pl.DataFrame(dict(zip(self.columns, map(list, cells), strict=True)), schema=self._schema())

    def _schema(self) -> dict[str, pl.DataType]:
        return {name: pl.String() for name in self.columns}


def sniff_delimiter(sample: str) -> str:
    """The delimiter that cuts the first lines into the most cells, the same number in each."""
    lines = sample.splitlines(keepends=True)[: 50 if len(sample) < _SAMPLE_CHARS else -1]

    def cells(delimiter: str) -> int:
        widths = Counter(len(row) for row in csv.reader(lines, delimiter=delimiter) if row)
        most, times = max(widths.items(), key=lambda item: item[1], default=(1, 0))
        header = len(next(csv.reader(lines, delimiter=delimiter), []))
        return header if header == most and times >= 0.8 * widths.total() else 1

    best = max(DELIMITERS, key=cells)
    return best if cells(best) > 1 else ","


def _records(path: Path, encoding: str, delimiter: str, *, strict: bool) -> Iterator[list[str]]:
    """Records without the blank lines that separate or end them."""
    with open_text(path, encoding) as file:
        held = 0
        width = 0
        for record in csv.reader(file, delimiter=delimiter, strict=strict):
            if not record and width != 1:
                continue
            if not record:
                # In a file of one column a blank line is a row with an empty cell, save at the end.
                held += 1
                continue
            width = width or len(record)
            yield from ([""] for _ in range(held))
            held = 0
            yield record


def _piece(records: Iterator[list[str]]) -> list[list[str]]:
    piece, chars = [], 0
    for record in islice(records, PIECE_ROWS):
        piece.append(record)
        chars += sum(map(len, record))
        if chars > PIECE_CHARS:
            break
    return piece


def _check(path: Path, records: Iterable[list[str]]) -> tuple[tuple[str, ...], int]:
    rows = iter(records)
    header = tuple(next(rows, ()))
    twice = [name for name, times in Counter(header).items() if times > 1]
    if twice:
        raise DataError(f"{path}: the column {twice[0]!r} stands twice in the header; rename one of them")
    ragged: list[tuple[int, int]] = []
    total = 0
    for total, row in enumerate(rows, 1):
        if len(row) != len(header) and len(ragged) < _NAMED_ROWS:
            ragged.append((total, len(row)))
        if any("\0" in cell for cell in row):
            raise DataError(f"{path}: row {total} holds a NUL byte; remove it or save the file as text again")
    if not total:
        raise DataError(f"{path} has a header and no rows; give at least one row")
    if ragged:
        listed = ", ".join(f"row {number} has {cells}" for number, cells in ragged)
        raise DataError(
            f"{path}: the header has {len(header)} cells, but {listed}; quote cells that hold the delimiter"
        )
    return header, total
