"""Cells that hold lists, as such or as JSON."""

from __future__ import annotations

from typing import Any

import polars as pl

from headstart.core.unpacked import unpacked
from headstart.errors import DataError

LOOKED_AT = 200


def list_cells(values: pl.Series) -> list[list[Any] | None] | None:
    """Each cell as a list, None where it is empty; None altogether where a cell holds something else."""
    if isinstance(values.dtype, pl.List | pl.Array):
        return [None if cell is None else list(cell) for cell in values.to_list()]
    if values.dtype != pl.String:
        return None
    found = list[list[Any] | None]()
    for cell in values:
        value = _list_in(cell)
        if value is None and not _is_blank(cell):
            return None
        found.append(value)
    return found if any(each is not None for each in found) else None


def lists_among(values: pl.Series) -> list[list[Any] | None]:
    """Each cell as a list, None where it is empty or holds something else."""
    if isinstance(values.dtype, pl.List | pl.Array):
        return list_cells(values) or []
    return [_list_in(cell) if isinstance(cell, str) else None for cell in values]


def first_without_list(values: pl.Series) -> int | None:
    """The number of the first row whose cell is no list, where other rows have lists; None without."""
    found = lists_among(values)
    if all(each is None for each in found):
        return None
    cells = zip(values, found, strict=True)
    return next(
        (row for row, (cell, each) in enumerate(cells, 1) if each is None and not _is_blank(cell)), None
    )


def check_one_shape(values: pl.Series, name: str) -> None:
    """Makes sure that a column of lists, as most of its cells are, holds nothing else.

    Raises:
        DataError: a cell holds something else; the message names its row.
    """
    row = first_without_list(values)
    if row is None:
        return
    found = lists_among(values)
    given = sum(not _is_blank(cell) for cell in values)
    if 2 * sum(each is not None for each in found) > given:
        raise DataError(
            f"row {row} of {name} has {str(values[row - 1])[:40]!r} in {values.name!r}, and other rows have "
            "lists there; a file has one shape: write it as a list"
        )


def looks_like_lists(values: pl.Series) -> bool:
    """Whether the first cells are lists; for a glance at a large table."""
    return list_cells(values.drop_nulls()[:LOOKED_AT]) is not None


def _list_in(cell: str | None) -> list[Any] | None:
    value = unpacked(cell)
    return value if isinstance(value, list) else None


def _is_blank(cell: object) -> bool:
    return cell is None or (isinstance(cell, str) and not cell.strip())
