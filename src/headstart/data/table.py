"""A source as it was read, before anything is chosen or cleaned."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl


@dataclass(frozen=True, kw_only=True, eq=False)
class Table:
    """All columns and rows of a source, in its order.

    Args:
        frame: the cells; those of delimited text are strings without exception.
        name: the source as messages name it.
        notes: what was found and decided while reading, in plain words.
    """

    frame: pl.DataFrame
    name: str
    notes: tuple[str, ...] = ()
