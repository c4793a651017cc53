"""CSV, TSV and their like; every cell stays the string it is."""

from __future__ import annotations

import csv
from contextlib import suppress
from itertools import chain
from typing import TYPE_CHECKING, Any

import polars as pl

from headstart.data.any_size import cells_of_any_size
from headstart.data.delimiter import NO_DELIMITER, names_delimiter, sniff_delimiter
from headstart.data.header import tidy_header
from headstart.data.opening import open_text
from headstart.errors import DataError

if TYPE_CHECKING:
    from pathlib import Path

    from headstart.data.encoding import Encoding

CHUNK_ROWS = 50_000
_SAMPLE_CHARACTERS = 1 << 18
_SHOWN = 5
_END = "\0end\0"


def read_delimited(path: Path, encoding: Encoding, ending: str) -> tuple[pl.DataFrame, tuple[str, ...]]:
    """The rows of a delimited text file as strings, and what to tell of them.

    Args:
        path: the file.
        encoding: how its bytes become text.
        ending: its ending without `.gz`.

    Raises:
        DataError: rows of other lengths than the header, a quote never closed, no rows, or column names
            that occur twice.
    """
    with open_text(path, encoding.codec) as text:
        delimiter = sniff_delimiter(_whole_lines(text.read(_SAMPLE_CHARACTERS)), ending=ending)
    if delimiter == NO_DELIMITER and ending == ".txt":
        return _plain_lines(path, encoding), ()
    if delimiter == "\t":
        # Tab-separated files often hold bare quotation marks, which would join rows if taken for quotes.
        with suppress(_Ragged):
            bare = _parse(path, encoding, {"delimiter": delimiter, "quoting": csv.QUOTE_NONE})
            return tidy_header(_unquoted(bare), path.name)
    return tidy_header(_parse(path, encoding, {"delimiter": delimiter}), path.name)


def _whole_lines(sample: str) -> str:
    """The sample without a last line that may be cut off."""
    whole = sample.rpartition("\n")[0]
    return whole if len(sample) == _SAMPLE_CHARACTERS and whole else sample


def _plain_lines(path: Path, encoding: Encoding) -> pl.DataFrame:
    with open_text(path, encoding.codec) as text:
        lines = [line.rstrip("\r\n") for line in text]
    headed = lines and lines[0].strip().lower() == "text"
    return pl.DataFrame({"text": pl.Series(lines[1:] if headed else lines, dtype=pl.String)})


def _parse(path: Path, encoding: Encoding, dialect: dict[str, Any]) -> pl.DataFrame:
    """The table with its header as its first row."""
    with open_text(path, encoding.codec) as text, cells_of_any_size(path):
        records = csv.reader(chain(text, [_END]), **dialect)
        header = next((record for record in records if record and not names_delimiter(record)), [_END])
        if header[0] == _END:
            raise DataError(f"{path} is blank; it needs a header and rows")
        chunks = _Chunks(path, header)
        for record in records:
            if not record:
                continue
            if len(record) == 1 and record[0] == _END:
                return chunks.frame()
            chunks.add(record, records.line_num)
    raise DataError(
        f"{path} opens a quotation mark in row {chunks.rows} that is never closed; every quoted cell needs "
        f'a closing " (a mark inside a quoted cell is written ""): mend that row'
    )


class _Ragged(DataError):
    """Rows have other numbers of cells than the header."""


class _Chunks:
    """Records gathered into frames, so that no more than one chunk of them exists as Python strings."""

    def __init__(self, path: Path, header: list[str]) -> None:
        self.path, self.header = path, header
        self.rows, self.pending = 0, list[list[str]]()
        self.frames = list[pl.DataFrame]()
        self.faults = list[str]()
        self.faulty = 0

    def add(self, record: list[str], line: int) -> None:
        self.rows += 1
        if len(record) == len(self.header):
            self.pending.append(record)
        else:
            self.faulty += 1
            if len(self.faults) < _SHOWN:
                self.faults.append(f"row {self.rows} (line {line}) has {len(record)}")
        if len(self.pending) >= CHUNK_ROWS:
            self._flush()

    def _flush(self) -> None:
        cells = zip(*self.pending, strict=True) if self.pending else [()] * len(self.header)
        columns = [pl.Series(f"{at}", each, dtype=pl.String) for at, each in enumerate(cells)]
        self.frames.append(pl.DataFrame(columns))
        self.pending = []

    def frame(self) -> pl.DataFrame:
        if self.faulty:
            more = f" and {self.faulty - len(self.faults):,} more" if self.faulty > len(self.faults) else ""
            raise _Ragged(
                f"{self.path} has {len(self.header)} columns in its header, but "
                f"{', '.join(self.faults)}{more}; every row needs as many cells as the header: put "
                "cells that hold the delimiter in quotation marks, or remove those rows"
            )
        self._flush()
        first = pl.DataFrame([[name] for name in self.header], schema=self.frames[0].schema, orient="col")
        return pl.concat([first, *self.frames])


def _unquoted(frame: pl.DataFrame) -> pl.DataFrame:
    quoted = r'^"(?:[^"]|"")*"$'
    inner = pl.all().str.slice(1, pl.all().str.len_chars() - 2).str.replace_all('""', '"', literal=True)
    return frame.with_columns(pl.when(pl.all().str.contains(quoted)).then(inner).otherwise(pl.all()))
