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


@pytest.mark.parametrize(("again_s", "asked"), [(60.0, [6, 6, 6]), (0.0, [6, 6])])
def test_what_takes_longer_is_asked_once_more_at_most(
    monkeypatch: pytest.MonkeyPatch, again_s: float, asked: list[int]
) -> None:
    monkeypatch.setattr(module, "QUICK_S", 0.0)
    monkeypatch.setattr(module, "AGAIN_S", again_s)
    predict = Counting()
    timed(predict, ROWS.take(range(6)), beside=ROWS)
    assert predict.asked == asked


def test_a_first_reading_that_finds_all_cold_makes_no_model_slow(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]
    monkeypatch.setattr(module.time, "perf_counter", lambda: now[0])
    predict, took = Counting(), iter([1.0, 0.6, 0.05, 0.2, 0.2])

    def slow_at_first(rows: Rows) -> Predictions:
        now[0] += next(took)
        return predict(rows)

    # Six rows in a fifth of the time that is to be filled.
    assert timed(slow_at_first, ROWS.take(range(6)), beside=ROWS)[1] == pytest.approx(200.0 / 30, rel=0.04)
    assert predict.asked == pytest.approx([6, 6, 6, 30, 30], abs=1)


@pytest.mark.parametrize(("took_s", "read"), [(0.2, 15), (0.1, 30), (0.01, MANY_ROWS), (0.0, MANY_ROWS)])
def test_a_slow_model_is_measured_with_no_more_rows_than_it_takes(
    monkeypatch: pytest.MonkeyPatch, took_s: float, read: int
) -> None:
    now = [0.0]
    monkeypatch.setattr(module.time, "perf_counter", lambda: now[0])
    predict = Counting()

    def steady(rows: Rows) -> Predictions:
        now[0] += took_s * len(rows) / 12
        return predict(rows)

    assert timed(steady, ROWS.take(range(12)), beside=ROWS)[1] == pytest.approx(1e3 * took_s / 12)
    assert predict.asked[:2] == [WARM_ROWS, 12]
    assert predict.asked[2:] == pytest.approx([read, read], abs=1)
