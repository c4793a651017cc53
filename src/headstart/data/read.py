"""From a source of any kind to a table."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl
import polars.selectors as cs

from headstart.core.feature_cells import in_seconds
from headstart.data.cells import check_cells
from headstart.data.conll import ENDINGS, read_conll
from headstart.data.delimited import read_delimited
from headstart.data.encoding import detect_encoding
from headstart.data.foreign import refuse_foreign
from headstart.data.header import check_names
from headstart.data.json_rows import read_json, read_json_lines
from headstart.data.locate import locate
from headstart.data.objects import read_object
from headstart.data.opening import head
from headstart.data.parquet import read_parquet
from headstart.data.table import Table
from headstart.errors import DataError

if TYPE_CHECKING:
    from headstart.data.source import Source

_MARK = "\N{ZERO WIDTH NO-BREAK SPACE}"


def read(source: Source) -> pl.DataFrame:
    """The rows of a source in their order; cells of delimited text are strings.

    Raises:
        DataError: as `read_table`.
    """
    return read_table(source).frame


def read_table(source: Source) -> Table:
    """The rows of a source with its name and what was decided while reading it.

    Args:
        source: a path to CSV, TSV, JSONL, JSON, Parquet or CoNLL (each may be gzipped), a frame, a Hugging
            Face Dataset, or plain Python lists, dicts or pairs.

    Raises:
        DataError: it can't be read whole and unchanged; the message says where and what to do.
    """
    if not isinstance(source, str | Path):
        table = Table(frame=read_object(source), name="the data")
    else:
        table = _read_file(locate(source))
    check_names(table.frame.columns, table.name)
    table = replace(table, frame=_plain(table.frame))
    if table.frame.is_empty():
        raise DataError(f"{table.name} has no rows; give at least a few rows of every class")
    check_cells(table.frame, table.name)
    return table


def _plain(frame: pl.DataFrame) -> pl.DataFrame:
    """The cells of frames and of Parquet as other files spell them: what is no number is an empty cell."""
    lasting = [in_seconds(frame[name]) for name, kind in frame.schema.items() if kind == pl.Duration]
    return frame.with_columns(lasting).with_columns(cs.float().fill_nan(None))


def _read_file(path: Path) -> Table:
    first = head(path)
    refuse_foreign(path, first)
    if not first:
        raise DataError(f"{path} is empty; it needs a header and rows")
    if first.startswith(b"PAR1"):
        return Table(frame=read_parquet(path), name=path.name)
    ending = _ending(path)
    if ending == ".parquet":
        raise DataError(
            f"{path} is not a Parquet file, whatever its name; give it the ending of what it holds"
        )
    encoding = detect_encoding(path)
    notes = (encoding.note,) if encoding.note else ()
    if ending in ENDINGS:
        return Table(frame=read_conll(path, encoding.codec), name=path.name, notes=notes)
    layout = _layout(first.decode(encoding.codec, errors="ignore"), ending)
    if layout == "json":
        return Table(frame=read_json(path, encoding.codec), name=path.name, notes=notes)
    if layout == "jsonl":
        return Table(frame=read_json_lines(path, encoding.codec), name=path.name, notes=notes)
    frame, more = read_delimited(path, encoding, ending)
    return Table(frame=frame, name=path.name, notes=notes + more)


def _ending(path: Path) -> str:
    endings = [each.lower() for each in path.suffixes]
    if endings and endings[-1] == ".gz":
        endings.pop()
    return endings[-1] if endings else ""


def _layout(first: str, ending: str) -> str:
    start = first.lstrip(_MARK + " \t\r\n")[:1]
    if ending in (".jsonl", ".ndjson"):
        return "json" if start == "[" else "jsonl"
    if ending == ".json":
        return "json"
    if ending in (".csv", ".tsv", ".txt", ".tab"):
        return "delimited"
    return {"{": "json", "[": "json"}.get(start, "delimited")
