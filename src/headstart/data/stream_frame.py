"""A table in memory, given in pieces."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from headstart.data.header import check_names
from headstart.data.stream import PIECE_ROWS
from headstart.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import polars as pl


@dataclass(frozen=True, kw_only=True, eq=False)
class FrameStream:
    """A frame.

    Args:
        frame: all rows.
        raw: none.
    """

    frame: pl.DataFrame
    raw: frozenset[str] = frozenset()

    @classmethod
    def of(cls, frame: pl.DataFrame, path: Path) -> Self:
        """A stream of what a file held.

        Raises:
            DataError: it held no rows.
        """
        check_names(frame.columns, str(path))
        if frame.is_empty():
            raise DataError(f"{path} has no rows; give at least one")
        return cls(frame=frame)

    @property
    def columns(self) -> tuple[str, ...]:
        """Names in order."""
        return tuple(self.frame.columns)

    @property
    def rows(self) -> int:
        """Rows in all."""
        return self.frame.height

    def pieces(self) -> Iterator[pl.DataFrame]:
        """The rows in order, some thousand at a time."""
        return self.frame.iter_slices(PIECE_ROWS)
