"""Times of many formats come into their order."""

from __future__ import annotations

from datetime import date, datetime

import numpy as np
import polars as pl
import pytest

from headstart.data.times import as_times
from headstart.errors import DataError


@pytest.mark.parametrize(
    "values",
    [
        [date(2024, 1, 2), date(2023, 5, 1), date(2024, 1, 10)],
        [datetime(2024, 1, 2, 8), datetime(2024, 1, 2, 7), datetime(2024, 1, 2, 9)],  # noqa: DTZ001
        [20, 3, 100],
        ["20", "3", "100"],
        ["1117838570.5", "1117838570.25", "1117838571"],
        ["2024-01-02", "2023-05-01", "2024-01-10"],
        ["2024-01-02T08:00:00Z", "2024-01-02T08:30:00+02:00", "2024-01-02T09:00:00Z"],
        ["2024-01-02 08:00:00", "2024-01-02 07:59:59.5", "2024-01-02 09:00:00"],
        ["March 5, 2004", "August 18, 2003", "July 28, 2006"],
        ["Sun Dec 04 04:47:44 2005", "Sun Dec 04 04:47:43 2005", "Mon Dec 05 04:47:44 2005"],
        ["05.03.2004", "18.08.2003", "28.07.2006"],
    ],
)
def test_order(values: list[object]) -> None:
    times = as_times(pl.Series("when", values, strict=False), np.arange(1, 4), "rows.csv")
    assert times.tolist() == [2, 1, 3]


def test_a_gap_is_named_by_its_row() -> None:
    with pytest.raises(DataError, match="holds 'soon' in row 30"):
        as_times(pl.Series("when", ["2024-01-02", "2024-01-03", "soon"]), np.array([10, 20, 30]), "rows.csv")


@pytest.mark.parametrize(
    "values", [[3.0, float("nan"), 1.0], ["3", "nan", "1"], ["2024-01-02", "nan", "2024-01-03"]]
)
def test_what_is_no_number_is_a_gap_and_not_the_newest_row(values: list[object]) -> None:
    with pytest.raises(DataError, match=r"nan.* in row 2;"):
        as_times(pl.Series("when", values), np.arange(1, 4), "rows.csv")
