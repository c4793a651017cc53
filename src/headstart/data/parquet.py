"""Parquet files, with the class names that Hugging Face writes into them."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING, Any

import polars as pl

from headstart.data.opening import open_bytes
from headstart.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Sequence
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
    return with_class_names(frame, _class_names(written))


def with_class_names(frame: pl.DataFrame, names: dict[str, Sequence[str]]) -> pl.DataFrame:
    """The table with the numbers of some columns replaced by the names they index; -1 is none."""
    for column, known in names.items():
        if column in frame.columns and frame[column].dtype.is_integer():
            cells = (
                None if each is None or not 0 <= each < len(known) else known[each] for each in frame[column]
            )
            frame = frame.with_columns(pl.Series(column, list(cells), dtype=pl.String))
    return frame


def _class_names(written: str) -> dict[str, Sequence[str]]:
    try:
        features: dict[str, Any] = json.loads(written).get("info", {}).get("features", {})
        return {
            column: list(map(str, each["names"]))
            for column, each in features.items()
            if isinstance(each, dict) and each.get("_type") == "ClassLabel"
        }
    except (ValueError, AttributeError, KeyError, TypeError):
        return {}
