"""Tables that need not fit in memory, written piece by piece; the name appears when all is written."""

from __future__ import annotations

import contextlib
import gzip
import json
import shutil
from dataclasses import dataclass, field
from typing import IO, TYPE_CHECKING, Protocol

import polars as pl

from headstart.atomic import atomic_file
from headstart.core.feature_cells import in_seconds
from headstart.core.strict_json import strict_json
from headstart.data.stream import ending_of
from headstart.errors import SettingError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


WRITTEN = (".csv", ".tsv", ".jsonl", ".ndjson", ".json", ".parquet")


class Sink(Protocol):
    """Where pieces of a table go, in order."""

    def write(self, piece: pl.DataFrame) -> None:
        """Adds the rows of a piece."""
        ...


@contextlib.contextmanager
def open_sink(path: Path, *, raw: frozenset[str] = frozenset()) -> Iterator[Sink]:
    """A file that takes pieces: CSV, TSV, JSONL or Parquet by its ending, gzipped on `.gz`.

    Args:
        raw: columns whose strings are JSON; JSONL shows them as what they are.

    Raises:
        SettingError: the ending tells no format that is written here.
        RunError: the disk is full or the place can't be written.
    """
    ending = check_ending(path)
    with atomic_file(path) as part:
        if ending == ".parquet":
            with _parquet(part) as sink:
                yield sink
            return
        with _binary(part, zipped=path.name.lower().endswith(".gz")) as file:
            if ending in {".csv", ".tsv"}:
                yield DelimitedSink(file=file, separator="\t" if ending == ".tsv" else ",")
            elif ending == ".json":
                with _listed(file):
                    yield JsonSink(file=file, raw=raw, between=",\n", end="")
            else:
                yield JsonSink(file=file, raw=raw)


def check_ending(path: Path) -> str:
    """The ending that says in which format a file is to be written.

    Raises:
        SettingError: it says none.
    """
    ending = ending_of(path)
    if ending not in WRITTEN:
        raise SettingError(f"{path} does not say in which format to write; end it in {', '.join(WRITTEN)}")
    return ending


@dataclass(kw_only=True)
class DelimitedSink:
    """CSV or TSV in UTF-8."""

    file: IO[bytes]
    separator: str = ","
    _begun: bool = field(default=False, init=False)

    def write(self, piece: pl.DataFrame) -> None:
        """Adds rows, the header before the first."""
        self.file.write(delimited(piece, header=not self._begun, separator=self.separator).encode("utf-8"))
        self._begun = True


@dataclass(kw_only=True)
class JsonSink:
    """One object a row."""

    file: IO[bytes]
    raw: frozenset[str]
    between: str = ""
    end: str = "\n"
    _begun: bool = field(default=False, init=False)

    def write(self, piece: pl.DataFrame) -> None:
        """Adds rows."""
        keys = [json.dumps(name, ensure_ascii=False) for name in piece.columns]
        as_is = [name in self.raw for name in piece.columns]
        for row in piece.iter_rows():
            cells = (
                cell if plain and cell is not None else strict_json(cell)
                for cell, plain in zip(row, as_is, strict=True)
            )
            line = ", ".join(f"{key}: {cell}" for key, cell in zip(keys, cells, strict=True))
            lead = self.between if self._begun else ""
            self.file.write(f"{lead}{{{line}}}{self.end}".encode("utf-8", "backslashreplace"))
            self._begun = True


@dataclass(kw_only=True)
class _ParquetSink:
    folder: Path
    names: list[Path] = field(default_factory=list)

    def write(self, piece: pl.DataFrame) -> None:
        name = self.folder / f"{len(self.names):08d}.parquet"
        piece.write_parquet(name)
        self.names.append(name)


def delimited(piece: pl.DataFrame, *, header: bool, separator: str = ",") -> str:
    """Rows as CSV text: nested values as JSON, stretches of time in seconds, nothing for empty cells."""
    nested = [
        name for name, kind in piece.schema.items() if kind.is_nested() or kind in {pl.Object, pl.Binary}
    ]
    texts = [name for name, kind in piece.schema.items() if kind == pl.String]
    flat = piece.with_columns(
        *(
            pl.Series(name, [_as_json(cell) for cell in piece[name].to_list()], dtype=pl.String)
            for name in nested
        ),
        *(pl.when(pl.col(name) != "").then(pl.col(name)).alias(name) for name in texts),
        *(in_seconds(piece[name]) for name, kind in piece.schema.items() if kind == pl.Duration),
    )
    return flat.write_csv(include_header=header, separator=separator)


def _as_json(cell: object) -> str | None:
    return None if cell is None else strict_json(cell)


@contextlib.contextmanager
def _parquet(part: Path) -> Iterator[_ParquetSink]:
    folder = part.with_name(f"{part.name}pieces")
    folder.mkdir()
    try:
        sink = _ParquetSink(folder=folder)
        yield sink
        if sink.names:
            pl.scan_parquet(sink.names, glob=False).sink_parquet(part, maintain_order=True)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def _binary(part: Path, *, zipped: bool) -> Iterator[IO[bytes]]:
    with part.open("wb") as file:
        if not zipped:
            yield file
            return
        with gzip.GzipFile(filename="", fileobj=file, mode="wb", mtime=0) as packed:
            yield packed  # type: ignore[misc]


@contextlib.contextmanager
def _listed(file: IO[bytes]) -> Iterator[None]:
    file.write(b"[\n")
    yield
    file.write(b"\n]\n")
