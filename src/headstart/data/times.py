"""A time column as numbers that can be put in order."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from headstart.errors import DataError

if TYPE_CHECKING:
    from jaxtyping import Int
    from numpy import ndarray

_FORMATS = (
    "%Y-%m-%dT%H:%M:%S%.f%#z",
    "%Y-%m-%d %H:%M:%S%.f%#z",
    "%Y-%m-%dT%H:%M:%S%.f",
    "%Y-%m-%d %H:%M:%S%.f",
    "%Y-%m-%d %H:%M",
    "%Y/%m/%d %H:%M:%S",
    "%d.%m.%Y %H:%M:%S",
    "%d.%m.%Y %H:%M",
    "%a %b %d %H:%M:%S %Y",
)
_DATES = (
    "%Y-%m-%d",
    "%Y/%m/%d",
    "%Y%m%d",
    "%d.%m.%Y",
    "%B %d, %Y",
    "%b %d, %Y",
    "%d %B %Y",
    "%d %b %Y",
    "%Y.%m.%d",
)


def as_times(values: pl.Series, numbers: Int[ndarray, " rows"], name: str) -> Int[ndarray, " rows"]:
    """Times as whole numbers, later ones being greater.

    Args:
        values: dates, times, numbers, or strings that say them, all in one format.
        numbers: position of each row in its source, for messages.
        name: the source as messages name it.

    Raises:
        DataError: a cell is empty or can't be read; the message names the row.
    """
    if values.dtype in (pl.Date, pl.Datetime):
        times = values.dt.epoch("us")
    elif values.dtype.is_numeric():
        times = values.cast(pl.Float64).fill_nan(None)
    else:
        times = _parsed(values.cast(pl.String).str.strip_chars())
    gaps = times.is_null().arg_true()
    if len(gaps):
        row = int(gaps[0])
        raise DataError(
            f"the time column {values.name!r} of {name} holds {values[row]!r} in row {numbers[row]}; "
            "allowed are numbers and dates or times in one format, such as 2024-05-31 or "
            "2024-05-31T08:00:00: mend that row"
        )
    return times.rank("dense").to_numpy().astype("int64")


def says_times(cells: pl.Series) -> bool:
    """Whether all cells, given as strings, are dates or times in one format."""
    return len(cells) > 0 and _parsed(cells.str.strip_chars()).null_count() == 0


def _parsed(cells: pl.Series) -> pl.Series:
    tried = [cells.cast(pl.Float64, strict=False).fill_nan(None)]
    tried += [cells.str.to_date(each, strict=False).dt.epoch("us") for each in _DATES]
    for each in _FORMATS:
        zoned = "z" in each
        moments = cells.str.to_datetime(
            each, strict=False, time_unit="us", time_zone="UTC" if zoned else None
        )
        tried.append(moments.dt.epoch("us"))
    # The format that reads most cells is meant; what it can't read is then told as a fault.
    return min(tried, key=lambda times: times.null_count())
