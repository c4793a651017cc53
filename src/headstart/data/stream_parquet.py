"""Parquet in pieces."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import polars as pl

from headstart.data.stream import PIECE_ROWS
from headstart.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class ParquetStream:
    """A Parquet file; columns keep their types.

    Args:
        path: the file.
        columns: names in order.
        rows: rows in all.
        raw: none.
    """

    path: Path
    columns: tuple[str, ...]
    rows: int
    raw: frozenset[str] = frozenset()

    @classmethod
    def look(cls, path: Path) -> Self:
        """Reads the file's own description of itself.

        Raises:
            DataError: it is not Parquet, or has no rows.
        """
        try:
            table = pl.scan_parquet(path, glob=False)
            columns = tuple(table.collect_schema().names())
            rows = int(table.select(pl.len()).collect().item())
        except (pl.exceptions.PolarsError, OSError) as error:
            raise DataError(
                f"{path} can't be read as Parquet ({_short(error)}); is the file whole?"
            ) from None
        if not rows:
            raise DataError(f"{path} has no rows; give at least one")
        return cls(path=path, columns=columns, rows=rows)

    def pieces(self) -> Iterator[pl.DataFrame]:
        """The rows in order, some thousand at a time.

        Raises:
            DataError: a part of the file is damaged.
        """
        batches = pl.scan_parquet(self.path, glob=False).collect_batches(
            chunk_size=PIECE_ROWS, maintain_order=True
        )
        try:
            for batch in batches:
                yield from batch.iter_slices(PIECE_ROWS)
        except (pl.exceptions.PolarsError, OSError) as error:
            raise DataError(f"{self.path} is damaged ({_short(error)}); copy it again") from None


def _short(error: Exception) -> str:
    return str(error).splitlines()[0][:200] if str(error) else type(error).__name__
