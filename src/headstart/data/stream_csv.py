"""Delimited text in pieces."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from itertools import chain, islice
from typing import TYPE_CHECKING, Literal, Self

import polars as pl

from headstart.data.any_size import cells_of_any_size
from headstart.data.cells import MOST_CELL_BYTES
from headstart.data.delimiter import NO_DELIMITER, names_delimiter, sniff_delimiter
from headstart.data.header import check_names
from headstart.data.opening import HEAD_BYTES, open_text
from headstart.data.stream import PIECE_CHARS, PIECE_ROWS
from headstart.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_SHOWN = 5
_END = "\0end\0"
_QUOTED = re.compile(r'"(?:[^"]|"")*"')


class _Unfit(Exception):
    """A way of reading that does not fit the file; its text says why."""


@dataclass(frozen=True, kw_only=True)
class CsvStream:
    """Delimited text; every cell is a string.

    Args:
        path: the file.
        codec: how its bytes become text.
        delimiter: what parts its cells.
        quoted: whether quotation marks may enclose delimiters and line breaks.
        columns: names in order.
        rows: rows in all, without the header.
        headed: whether its first line is a header.
        raw: none.
    """

    path: Path
    codec: str
    delimiter: str
    quoted: bool
    columns: tuple[str, ...]
    rows: int
    headed: bool = True
    raw: frozenset[str] = frozenset()

    @classmethod
    def look(cls, path: Path, codec: str, *, ending: str) -> Self:
        """Looks through the whole file.

        Raises:
            DataError: it has no rows or ragged ones, a quotation mark that is never closed, a cell too
                large, or columns of one name.
        """
        with open_text(path, codec) as text:
            delimiter = sniff_delimiter("".join(text.readlines(HEAD_BYTES)), ending=ending)
        plain = delimiter == NO_DELIMITER and ending == ".txt"
        # Bare quotation marks are common between tabs and in lines of text; they must not join rows.
        ways = (False,) if plain else (False, True) if delimiter == "\t" else (True,)
        for quoted in ways:
            try:
                columns, rows, headed = _survey(
                    path, _records(path, codec, delimiter, quoted=quoted), plain=plain
                )
            except _Unfit as why:
                if quoted == ways[-1]:
                    raise DataError(str(why)) from None
                continue
            break
        return cls(
            path=path,
            codec=codec,
            delimiter=delimiter,
            quoted=quoted,
            columns=columns,
            rows=rows,
            headed=headed,
        )

    def pieces(self) -> Iterator[pl.DataFrame]:
        """The rows in order, some thousand at a time."""
        records = _records(self.path, self.codec, self.delimiter, quoted=self.quoted)
        if self.headed:
            next(records)
        while piece := _piece(records):
            cells = zip(*piece, strict=True)
            yield pl.DataFrame(
                [
                    pl.Series(name, self._texts(each), dtype=pl.String)
                    for name, each in zip(self.columns, cells, strict=True)
                ]
            )

    def _texts(self, cells: tuple[str, ...]) -> list[str]:
        if self.quoted or self.delimiter == NO_DELIMITER:
            return list(cells)
        return [cell[1:-1].replace('""', '"') if _QUOTED.fullmatch(cell) else cell for cell in cells]


def _records(path: Path, codec: str, delimiter: str, *, quoted: bool) -> Iterator[list[str]]:
    """Records in order, without the blank lines between and after them."""
    quoting: Literal[0, 3] = csv.QUOTE_MINIMAL if quoted else csv.QUOTE_NONE
    with open_text(path, codec) as text, cells_of_any_size(path):
        # Python's reader takes the end of the file for the end of an open quotation; a last line of
        # ours that does not come out as it went in shows that one was open.
        blank = width = number = 0
        for record in csv.reader(chain(text, [_END]), delimiter=delimiter, quoting=quoting):
            if record == [_END]:
                return
            if (not record and width != 1) or (not width and names_delimiter(record)):
                continue
            if not record:
                # In a file of one column a blank line is a row with an empty cell, save at the end.
                blank += 1
                continue
            width = width or len(record)
            number += 1 + blank
            yield from ([""] for _ in range(blank))
            blank = 0
            if record[-1].endswith(_END):
                break
            yield record
    raise _Unfit(
        f"{path} opens a quotation mark in row {max(1, number - 1)} that is never closed; mend that row "
        '(a mark inside a quoted cell is written "")'
    )


def _survey(path: Path, records: Iterator[list[str]], *, plain: bool) -> tuple[tuple[str, ...], int, bool]:
    header = next(records, None)
    if header is None:
        raise DataError(f"{path} is blank; it needs a header and rows")
    headed = not plain or header[0].strip().lower() == "text"
    names = ["text"] if plain else [name.strip() or f"column_{at}" for at, name in enumerate(header, 1)]
    check_names(names, str(path))
    rows, faulty, faults = 0 if headed else 1, 0, list[str]()
    for record in records:
        rows += 1
        if len(record) != len(names):
            faulty += 1
            faults += [f"row {rows} has {len(record)}"][: _SHOWN - len(faults)]
        _check_size(path, rows, record, names)
    if faulty:
        more = f" and {faulty - len(faults):,} more" if faulty > len(faults) else ""
        raise _Unfit(
            f"{path} has {len(names)} columns in its header, but {', '.join(faults)}{more}; every row needs "
            "as many cells as the header: put cells that hold the delimiter in quotation marks, or remove "
            "those rows"
        )
    if not rows:
        raise DataError(f"{path} has a header ({', '.join(names)}) but no rows; give at least one")
    return tuple(names), rows, headed


def _check_size(path: Path, row: int, record: list[str], names: list[str]) -> None:
    for name, cell in zip(names, record, strict=False):
        if len(cell) * 4 > MOST_CELL_BYTES and len(cell.encode("utf-8", "replace")) > MOST_CELL_BYTES:
            raise DataError(
                f"row {row} of {path} has {len(cell) / 1e6:.1f} MB in its column {name!r}; a cell may hold "
                f"{MOST_CELL_BYTES / 1e6:.0f} MB: look for a quotation mark that is never "
                "closed, or split that text"
            )


def _piece(records: Iterator[list[str]]) -> list[list[str]]:
    piece, chars = list[list[str]](), 0
    for record in islice(records, PIECE_ROWS):
        piece.append(record)
        chars += sum(map(len, record))
        if chars > PIECE_CHARS:
            break
    return piece
