"""Frames, data sets and plain Python values as tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from headstart.data.header import check_names
from headstart.data.json_rows import from_columns, from_objects
from headstart.data.parquet import with_class_names
from headstart.data.values import column
from headstart.errors import DataError

ALLOWED = (
    "a path, a polars or pandas frame, a Hugging Face Dataset, a list of dicts, a dict of lists, "
    "a list of texts, or a pair (texts, labels)"
)
_NAME = "the data"


def read_object(source: Any) -> pl.DataFrame:
    """The table that a Python object holds.

    Raises:
        DataError: it is of no kind that can be read, or its parts do not fit together.
    """
    frame = _frame(source)
    formless = [name for name, kind in frame.schema.items() if _is_formless(kind)]
    return frame.with_columns(column(name, frame[name].to_list()) for name in formless)


def _is_formless(kind: Any) -> bool:
    """Whether no file could hold such cells, which have to go from process to process: as text they can."""
    if isinstance(kind, pl.Struct):
        return not kind.fields or any(_is_formless(each.dtype) for each in kind.fields)
    return bool(kind == pl.Object or (kind.is_nested() and _is_formless(kind.inner)))


def _frame(source: Any) -> pl.DataFrame:
    if isinstance(source, pl.DataFrame):
        return source
    if isinstance(source, pl.LazyFrame):
        return source.collect()
    package = type(source).__module__.partition(".")[0]
    if package == "pandas":
        return _from_pandas(source)
    if package == "datasets":
        return _from_hugging_face(source)
    if isinstance(source, Mapping):
        return from_columns({str(key): _values(each) for key, each in source.items()}, _NAME)
    if isinstance(source, tuple) and len(source) == 2 and not isinstance(source[0], str):
        return _from_pair(*source)
    if isinstance(source, Sequence) or hasattr(source, "tolist"):
        return _from_rows(_values(source))
    raise DataError(f"data can't be read from a {type(source).__name__}; give {ALLOWED}")


def _from_pandas(frame: Any) -> pl.DataFrame:
    if not hasattr(frame, "columns"):
        return pl.DataFrame([column(str(frame.name or "text"), frame.tolist())])
    names = [str(each) for each in frame.columns]
    check_names(names, "the frame")
    return pl.DataFrame([column(name, frame.iloc[:, at].tolist()) for at, name in enumerate(names)])


def _from_hugging_face(source: Any) -> pl.DataFrame:
    kind = type(source).__name__
    if kind.endswith("DatasetDict"):
        raise DataError(
            f"got a {kind} with the splits {', '.join(map(str, source))}; give one of them, such as "
            f"data[{next(iter(source), 'train')!r}], and another as test"
        )
    if (
        not hasattr(source, "column_names")
        or not hasattr(source, "with_format")
        or kind.startswith("Iterable")
    ):
        raise DataError(f"got a {kind}, which has no length; give a Dataset: load it without streaming")
    frame = pl.DataFrame(pl.from_arrow(source.with_format("arrow")[:]))
    return with_class_names(frame, source.features.to_dict())


def _from_pair(texts: Any, labels: Any) -> pl.DataFrame:
    texts, labels = _values(texts), _values(labels)
    if len(texts) != len(labels):
        raise DataError(f"got {len(texts):,} texts and {len(labels):,} labels; each text needs one label")
    return pl.DataFrame([column("text", texts), column("label", labels)])


def _from_rows(rows: list[Any]) -> pl.DataFrame:
    if all(isinstance(row, Mapping) for row in rows):
        return from_objects(rows)
    if all(isinstance(row, str) for row in rows):
        return pl.DataFrame([column("text", rows)])
    if all(isinstance(row, tuple | list) and len(row) == 2 for row in rows):
        return _from_pair([row[0] for row in rows], [row[1] for row in rows])
    kinds = ", ".join(sorted({type(row).__name__ for row in rows}))
    raise DataError(f"got a list of {kinds}; give {ALLOWED}")


def _values(values: Any) -> list[Any]:
    if isinstance(values, str | bytes) or not hasattr(values, "__len__"):
        raise DataError(f"got a {type(values).__name__} where a list was expected; give {ALLOWED}")
    return list(values.tolist()) if hasattr(values, "tolist") else list(values)
