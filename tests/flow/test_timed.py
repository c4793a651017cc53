"""Milliseconds a row are told from rows enough, and predictions are of those that were given."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from headstart.core.predictions import Predictions
from headstart.flow.adapting import timed as module
from headstart.flow.adapting.timed import MANY_ROWS, WARM_ROWS, timed
from tests.contracts.small_data import small_rows

if TYPE_CHECKING:
    from headstart.core.rows import Rows


class Counting:
    """Says the number of each row, and keeps how many it was asked for."""

    def __init__(self) -> None:
        self.asked: list[int] = []

    def __call__(self, rows: Rows) -> Predictions:
        self.asked.append(len(rows))
        return Predictions(values=np.asarray(rows.numbers, dtype=np.float64))


ROWS = small_rows(90, seed=0)


@pytest.mark.parametrize(
    ("rows", "beside", "asked"),
    [
        (6, 80, [6, 6, MANY_ROWS, MANY_ROWS]),
        (6, 10, [6, 6, 16, 16]),
        (6, 0, [6, 6]),
        (90, 80, [WARM_ROWS, 90]),
        (0, 0, [0, 0]),
    ],
)
def test_a_handful_of_rows_is_measured_with_others(rows: int, beside: int, asked: list[int]) -> None:
    predict = Counting()
    predictions, row_ms = timed(predict, ROWS.take(range(rows)), beside=ROWS.take(range(beside)))
    assert predict.asked == asked
    assert predictions.values.tolist() == list(ROWS.numbers[:rows])
    assert row_ms >= 0


def test_what_takes_long_is_not_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "QUICK_S", 0.0)
    predict = Counting()
    timed(predict, ROWS.take(range(6)), beside=ROWS)
    assert predict.asked == [6, 6]
