"""Cells of a column beside the text as numbers or as categories."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from headstart.core.feature import CATEGORY, Feature
from headstart.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jaxtyping import Float
    from numpy import ndarray

# How files spell that there is nothing, spaces and case aside.
MISSING = ("", "na", "n/a", "nan", "null", "none", "-", "?")


def feature_cells(cells: pl.Series, feature: Feature, source: str, *, before: int = 0) -> pl.Series:
    """A column as floats or as strings, null where there is nothing.

    Args:
        cells: the column as it was read.
        feature: what it is.
        source: the source as messages name it.
        before: rows of the source that come before the first one.

    Raises:
        DataError: a cell is no number where there should be one; the message names its row.
    """
    cells = in_seconds(cells)
    texts = as_strings(cells, source)
    if feature.kind == CATEGORY:
        return texts
    if cells.dtype.is_numeric() or cells.dtype == pl.Boolean:
        numbers = cells.cast(pl.Float64)
    else:
        numbers = as_numbers(texts)
        wrong = (numbers.is_null() & texts.is_not_null()).arg_true()
        if len(wrong):
            row = int(wrong[0])
            raise DataError(
                f"row {before + row + 1} of {source} has {texts[row]!r} in column {feature.name!r}, which "
                "holds numbers in the training rows; write a number, or leave the cell empty"
            )
    return numbers.fill_nan(None).alias(feature.name)


def in_seconds(cells: pl.Series) -> pl.Series:
    """Stretches of time as numbers of seconds; every other column as it is."""
    return cells.dt.total_microseconds() / 1e6 if cells.dtype == pl.Duration else cells


def as_strings(cells: pl.Series, source: str) -> pl.Series:
    """A column as strings without spaces around them, null where there is nothing.

    Raises:
        DataError: it holds lists or objects.
    """
    if cells.dtype.is_nested() or cells.dtype in (pl.Object, pl.Binary):
        raise DataError(
            f"column {cells.name!r} of {source} holds lists or objects; a column beside the text holds "
            "numbers or categories: leave it out, or make columns of its parts"
        )
    if cells.dtype == pl.Boolean:
        return cells.cast(pl.String)
    texts = cells.cast(pl.String).str.strip_chars()
    return (
        texts.to_frame()
        .select(
            pl.when(pl.col(cells.name).str.to_lowercase().is_in(MISSING))
            .then(None)
            .otherwise(pl.col(cells.name))
            .alias(cells.name)
        )
        .to_series()
    )


def as_numbers(texts: pl.Series) -> pl.Series:
    """Strings as floats, null where they are none; `true` and `false` are 1 and 0."""
    plain = texts.str.to_lowercase().replace({"true": "1", "false": "0"})
    return plain.cast(pl.Float64, strict=False).fill_nan(None)


def feature_table(frame: pl.DataFrame, features: Sequence[Feature]) -> Float[ndarray, "rows features"]:
    """Numbers as they are and categories by their place; not a number where missing or never seen.

    Args:
        frame: cells as `feature_cells` gives them.
        features: the columns, with the categories of the training rows.
    """
    table = np.full((frame.height, len(features)), np.nan)
    for place, each in enumerate(features):
        cells = frame[each.name]
        if not each.is_number:
            known = {category: float(code) for code, category in enumerate(each.categories)}
            cells = pl.Series([known.get(cell) for cell in cells.to_list()], dtype=pl.Float64)
        table[:, place] = cells.cast(pl.Float64).fill_null(np.nan).to_numpy()
    return table
