"""The target as numbers, with what is odd about them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from headstart.errors import DataError
from headstart.tasks._labels import continuous

if TYPE_CHECKING:
    from jaxtyping import Float, Int
    from numpy import ndarray

    from headstart.core.rows import Rows

_SHOWN = 3
# id, user_id, Clothing ID, customerId; but neither humid nor bid.
_ID_NAME = r"(?i:(?:^|[\s_.-])id$)|[a-z](?:Id|ID)$"
# Splits keep the shares of so many stretches of the numbers.
_FIFTHS = 5


def number_cells(values: pl.Series, name: str) -> pl.Series:
    """Numbers as text that reads back exactly, blank where there is none.

    Raises:
        DataError: a cell holds something else, or no finite number; the message names its row.
    """
    if values.dtype.is_nested() or values.dtype in (pl.Object, pl.Binary, pl.Boolean):
        raise DataError(
            f"the target {values.name!r} of {name} holds {values.dtype}, and a regression needs numbers; "
            "name another column with --target"
        )
    cells = values.cast(pl.String).str.strip_chars()
    numbers = cells.cast(pl.Float64, strict=False)
    given = cells.str.contains(r"\S").fill_null(value=False)
    wrong = (given & ~numbers.is_finite().fill_null(value=False)).arg_true()
    if len(wrong):
        shown = ", ".join(f"row {at + 1}: {cells[at]!r}" for at in wrong[:_SHOWN].to_list())
        more = f" and {len(wrong) - _SHOWN} more" if len(wrong) > _SHOWN else ""
        raise DataError(
            f"the target {values.name!r} of {name} has {len(wrong):,} of {int(given.sum()):,} cells that are "
            f"no numbers ({shown}{more}); correct them, leave them empty to leave those rows out, or "
            "name another column with --target"
        )
    return cells


def check_varied(rows: Rows, name: str) -> None:
    """Makes sure that not all rows have the same number.

    Raises:
        DataError: they have.
    """
    if len(np.unique(numbers_of(rows))) < 2:
        raise DataError(
            f"the target {rows.columns.target!r} of {name} is {rows.targets[0]} in every row, so there "
            "is nothing to predict; name another column with --target"
        )


def numbers_of(rows: Rows) -> Float[ndarray, " rows"]:
    """The target of each clean row as a number."""
    return np.array([float(each) for each in rows.targets], dtype=np.float64)


def fifths_of(rows: Rows) -> Int[ndarray, " rows"]:
    """Fifths of the rows by the size of their numbers, from 0; equal numbers stand in one of them."""
    numbers = numbers_of(rows)
    if not len(numbers):
        return np.zeros(0, dtype=np.int64)
    bounds = np.unique(np.quantile(numbers, np.arange(1, _FIFTHS) / _FIFTHS))
    return np.unique(np.searchsorted(bounds, numbers, side="right"), return_inverse=True)[1]


def is_id(values: pl.Series) -> bool:
    """Whether a column holds whole numbers that name things: different in every row, or called ids."""
    if values.dtype.is_nested() or values.dtype in (pl.Object, pl.Binary):
        return False
    cells = values.cast(pl.String).str.strip_chars().drop_nulls()
    names = cells.n_unique() == len(values) or re.search(_ID_NAME, values.name) is not None
    return bool(names and cells.str.contains(r"^[+-]?\d+$").all())


def measures(values: pl.Series) -> bool:
    """Whether a column holds numbers that measure something rather than name a few classes."""
    if values.dtype.is_nested() or values.dtype in (pl.Object, pl.Binary, pl.Boolean):
        return False
    cells = values.cast(pl.String).str.strip_chars().drop_nulls()
    cells = cells.filter(cells != "")
    numbers = cells.cast(pl.Float64, strict=False)
    return bool(len(numbers)) and numbers.null_count() == 0 and continuous(numbers)


def mostly_measures(values: pl.Series) -> bool:
    """Whether more than half of a column's cells are numbers that measure something, and some are none."""
    if values.dtype != pl.String:
        return False
    cells = values.str.strip_chars().drop_nulls()
    cells = cells.filter(cells != "")
    numbers = cells.cast(pl.Float64, strict=False)
    return len(cells) > 2 * numbers.null_count() > 0 and measures(cells.filter(numbers.is_not_null()))
