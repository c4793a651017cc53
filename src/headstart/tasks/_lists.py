"""Cells that hold lists, as such or as JSON."""

from __future__ import annotations

import json
from typing import Any

import polars as pl

LOOKED_AT = 200


def list_cells(values: pl.Series) -> list[list[Any] | None] | None:
    """Each cell as a list, None where it is empty; None altogether where a cell holds something else."""
    if isinstance(values.dtype, pl.List | pl.Array):
        return [None if cell is None else list(cell) for cell in values.to_list()]
    if values.dtype != pl.String:
        return None
    found = list[list[Any] | None]()
    for cell in values:
        if cell is None or not cell.strip():
            found.append(None)
            continue
        if not cell.lstrip().startswith("["):
            return None
        try:
            value = json.loads(cell)
        except ValueError:
            return None
        if not isinstance(value, list):
            return None
        found.append(value)
    return found if any(each is not None for each in found) else None


def looks_like_lists(values: pl.Series) -> bool:
    """Whether the first cells are lists; for a glance at a large table."""
    return list_cells(values.drop_nulls()[:LOOKED_AT]) is not None
