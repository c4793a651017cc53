"""Tables that need not fit in memory, read in pieces and in order, every cell as it stands.

A file is looked through once before the first piece is given, so that a fault in its last row is
told before hours are spent on the rows before it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from headstart.data.conll import ENDINGS as CONLL
from headstart.data.encoding import detect_encoding
from headstart.data.foreign import refuse_foreign
from headstart.data.header import check_names
from headstart.data.locate import KNOWN, locate
from headstart.data.opening import head
from headstart.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import polars as pl

PIECE_ROWS = 4096
PIECE_CHARS = 1 << 24
ENDINGS = (".csv", ".tsv", ".tab", ".txt", ".jsonl", ".ndjson", ".json", ".parquet")
LINES = (".jsonl", ".ndjson")
_GZIP = b"\x1f\x8b"


class Stream(Protocol):
    """A table that gives its rows in pieces."""

    @property
    def columns(self) -> tuple[str, ...]:
        """Names in order."""
        ...

    @property
    def rows(self) -> int:
        """Rows in all, without the header."""
        ...

    @property
    def raw(self) -> frozenset[str]:
        """Columns whose strings are JSON, because their values differ in kind or are nested."""
        ...

    def pieces(self) -> Iterator[pl.DataFrame]:
        """The rows in order, some thousand at a time; may be called again."""
        ...


def open_stream(source: Path) -> Stream:
    """Looks through a CSV, TSV, JSONL, JSON, CoNLL or Parquet file, gzipped or not, and opens it.

    JSON that is one value, CoNLL and gzipped Parquet are held in memory; all else is read piece by piece.

    Raises:
        DataError: the file is missing, empty, of another kind, or has faulty rows or names of columns; the
            message says which.
    """
    path = locate(source)
    stream = _opened(path)
    check_names(list(stream.columns), str(path))
    return stream


def _opened(path: Path) -> Stream:
    first = head(path)
    refuse_foreign(path, first)
    ending = ending_of(path)
    if first.startswith(b"PAR1") or ending == ".parquet":
        return _parquet(path, first)
    codec = detect_encoding(path).codec
    if ending in CONLL:
        from headstart.data.conll import read_words
        from headstart.data.stream_frame import FrameStream

        return FrameStream.of(read_words(path, codec), path)
    mark = first.decode(codec, errors="ignore").lstrip("\N{ZERO WIDTH NO-BREAK SPACE} \t\r\n")[:1]
    if ending in LINES and mark != "[":
        from headstart.data.stream_json import JsonLinesStream

        return JsonLinesStream.look(path, codec)
    if ending in {".json", *LINES} or (ending not in ENDINGS and mark in {"{", "["}):
        from headstart.data.json_rows import read_json
        from headstart.data.stream_frame import FrameStream

        return FrameStream.of(read_json(path, codec), path)
    from headstart.data.stream_csv import CsvStream

    return CsvStream.look(path, codec, ending=ending)


def ending_of(path: Path) -> str:
    """A file's ending without `.gz`, in small letters."""
    endings = [each.lower() for each in path.suffixes]
    if endings and endings[-1] == ".gz":
        endings.pop()
    return endings[-1] if endings else ""


def _parquet(path: Path, first: bytes) -> Stream:
    from headstart.data.parquet import read_parquet
    from headstart.data.stream_frame import FrameStream
    from headstart.data.stream_parquet import ParquetStream

    if not first.startswith(b"PAR1"):
        raise DataError(f"{path} is not a Parquet file, whatever its name; allowed are {KNOWN}")
    with path.open("rb") as file:
        zipped = file.read(2) == _GZIP
    return FrameStream.of(read_parquet(path), path) if zipped else ParquetStream.look(path)
