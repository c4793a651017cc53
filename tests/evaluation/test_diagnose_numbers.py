"""Where predicted numbers are off."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from headstart.core.predictions import Predictions
from headstart.core.rows import Columns, Rows
from headstart.evaluation.diagnose import diagnose


def rows_of(count: int) -> Rows:
    frame = pl.DataFrame({"text": [f"text {row}" for row in range(count)]})
    return Rows.of(frame, Columns(text=("text",)))


def test_quartiles_bias_and_stretches_are_those_of_the_errors():
    gold = np.arange(100.0)
    errors = np.where(gold < 50, 1.0, -3.0)
    found = diagnose(rows_of(100), gold, Predictions(values=gold + errors)).numbers
    assert found.quartiles == (1.0, 2.0, 3.0)
    assert found.bias == pytest.approx(-1.0)
    assert [each.rows for each in found.stretches] == [20] * 5
    assert [each.bias for each in found.stretches] == pytest.approx([1.0, 1.0, -1.0, -3.0, -3.0])
    assert (found.stretches[0].low, found.stretches[-1].high) == (0.0, 99.0)


def test_the_largest_errors_stand_first_with_row_and_text():
    gold = np.zeros(5)
    found = diagnose(rows_of(5), gold, Predictions(values=np.array([0.0, 5.0, -7.0, 1.0, 0.0]))).numbers
    assert [(each.number, each.text, each.predicted) for each in found.largest] == [
        (3, "text 2", -7.0),
        (2, "text 1", 5.0),
        (4, "text 3", 1.0),
    ]


def test_equal_numbers_lie_in_one_stretch():
    gold = np.array([1.0] * 50 + [2.0] * 50)
    found = diagnose(rows_of(100), gold, Predictions(values=gold)).numbers
    assert [each.rows for each in found.stretches] == [50, 50]
    assert found.largest == ()
