"""Tables that need not fit in memory, read in pieces and in order, every cell as it stands.

A file is looked through once before the first piece is given, so that a fault in its last row is
told before hours are spent on the rows before it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from headstart.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import polars as pl

PIECE_ROWS = 4096
PIECE_CHARS = 1 << 24
ENDINGS = (".csv", ".tsv", ".jsonl", ".ndjson", ".json", ".parquet")


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


def open_stream(path: Path) -> Stream:
    """Looks through a CSV, TSV, JSONL, JSON or Parquet file, gzipped or not, and opens it.

    Raises:
        DataError: the file is missing, empty, of another kind, or has faulty rows; the message says which.
    """
    if path.is_dir():
        raise DataError(f"{path} is a folder; give a file: {_known()}")
    if not path.is_file():
        raise DataError(f"there is no file {path}; check the path")
    if path.stat().st_size == 0:
        raise DataError(f"{path} is empty; give a file with a header and at least one row")
    ending = ending_of(path)
    try:
        return _opened(path, ending)
    except PermissionError:
        raise DataError(
            f"{path} can't be read: permission denied; change its permissions or copy it"
        ) from None
    except (OSError, EOFError) as error:
        raise DataError(f"{path} can't be read: {error}; is the file whole?") from None


def ending_of(path: Path) -> str:
    """The ending that tells a file's format, without `.gz`.

    Raises:
        DataError: it tells no format that is read or written here.
    """
    name = path.name.lower().removesuffix(".gz")
    ending = next((each for each in ENDINGS if name.endswith(each)), None)
    if name.endswith(".txt"):
        ending = ".csv"
    if ending is None:
        raise DataError(f"the format of {path} can't be told from its name; it should end in {_known()}")
    return ending


def _opened(path: Path, ending: str) -> Stream:
    if ending == ".parquet":
        from headstart.data.stream_parquet import ParquetStream

        return ParquetStream.look(path)
    if ending in {".jsonl", ".ndjson", ".json"}:
        from headstart.data.stream_json import JsonStream

        return JsonStream.look(path, whole=ending == ".json")
    from headstart.data.stream_csv import CsvStream

    return CsvStream.look(path, tabs=ending == ".tsv")


def _known() -> str:
    return ", ".join(ENDINGS) + ", with or without .gz"
