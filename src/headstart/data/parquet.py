"""Parquet files, with the class names that Hugging Face writes into them."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING, Any

import polars as pl

from headstart.data.opening import open_bytes
from headstart.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path


def read_parquet(path: Path) -> pl.DataFrame:
    """All columns of a Parquet file; class numbers become class names where the file knows them.

    Raises:
        DataError: the file is broken.
    """
    with open_bytes(path) as raw:
        content = io.BytesIO(raw.read())
    try:
        frame = pl.read_parquet(content)
        content.seek(0)
        written = pl.read_parquet_metadata(content).get("huggingface", "{}")
    except (pl.exceptions.PolarsError, OSError) as error:
        reason = str(error).split("\n")[0][:150]
        raise DataError(
            f"{path} is a broken Parquet file ({reason}); it has to be whole: copy or write it again"
        ) from None
    return with_class_names(frame, _features(written))


def with_class_names(frame: pl.DataFrame, features: Mapping[str, Any]) -> pl.DataFrame:
    """The table with the numbers of classes, alone or in lists, replaced by their names; -1 is none.

    Args:
        frame: the table.
        features: what Hugging Face's `Features.to_dict` says of its columns.
    """
    for column in frame.columns:
        known, values = _names(features.get(column)), frame[column]
        if known is None:
            continue
        if values.dtype.is_integer():
            named = pl.Series(column, [_name(each, known) for each in values], dtype=pl.String)
            frame = frame.with_columns(named)
        elif isinstance(values.dtype, pl.List) and values.explode().dtype.is_integer():
            lists = (None if cell is None else [_name(each, known) for each in cell] for cell in values)
            frame = frame.with_columns(pl.Series(column, list(lists), dtype=pl.List(pl.String)))
    return frame


def _name(number: int | None, known: Sequence[str]) -> str | None:
    return None if number is None or not 0 <= number < len(known) else known[number]


def _names(feature: Any) -> Sequence[str] | None:
    """The names of classes, or of those in lists; None of anything else."""
    if isinstance(feature, list) and len(feature) == 1:
        return _names(feature[0])
    if not isinstance(feature, dict):
        return None
    if feature.get("_type") == "ClassLabel":
        return list(map(str, feature.get("names") or ()))
    return _names(feature.get("feature"))


def _features(written: str) -> dict[str, Any]:
    try:
        found = json.loads(written)["info"]["features"]
    except (ValueError, KeyError, TypeError):
        return {}
    return found if isinstance(found, dict) else {}
