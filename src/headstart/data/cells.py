"""What no cell may hold, whatever it was read from."""

from __future__ import annotations

import polars as pl

from headstart.errors import DataError

MOST_CELL_BYTES = 5_000_000


def check_cells(frame: pl.DataFrame, name: str) -> None:
    """Makes sure that every text cell can be worked with.

    Raises:
        DataError: a cell is too large or holds a NUL character; the message names row and column.
    """
    for column in frame.columns:
        if frame[column].dtype == pl.String:
            _check_size(frame[column], name)
            _check_nul(frame[column], name)


def _check_size(cells: pl.Series, name: str) -> None:
    sizes = cells.str.len_bytes()
    largest = sizes.arg_max()
    if largest is None or sizes[largest] <= MOST_CELL_BYTES:
        return
    raise DataError(
        f"row {largest + 1} of {name} has {sizes[largest] / 1e6:.1f} MB in its column {cells.name!r}; "
        f"a cell may hold {MOST_CELL_BYTES / 1e6:.0f} MB: look for a quotation mark that is never "
        "closed, or split that text"
    )


def _check_nul(cells: pl.Series, name: str) -> None:
    found = cells.str.contains("\0", literal=True).arg_true()
    if len(found):
        raise DataError(
            f"row {found[0] + 1} of {name} has a NUL character in its column {cells.name!r}; texts "
            "hold none: remove it and export the data again"
        )
