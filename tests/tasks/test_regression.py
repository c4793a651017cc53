"""Regression against its contract, and what it says of targets that are no numbers."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
import torch

from headstart.core.examples import Examples
from headstart.core.rows import Columns, Rows
from headstart.core.stated import Stated
from headstart.errors import DataError, SettingError
from headstart.tasks.regression import Regression
from tests.contracts.number_data import number_rows
from tests.contracts.task_contract import TaskContract


class TestRegression(TaskContract):
    name = "regression"

    @pytest.fixture
    def rows(self):
        return number_rows(12)


def rated(*numbers: str) -> Rows:
    frame = pl.DataFrame({"text": ["a"] * len(numbers), "score": numbers})
    return Rows.of(frame, Columns(text=("text",), target="score"))


def test_the_head_works_in_standard_units_of_the_training_rows():
    task = Regression.infer(rated("1", "3", "5"))
    assert task.centre == 3.0
    assert task.scale == pytest.approx(np.std([1, 3, 5]))
    assert task.settled(rated("10", "10")).scale == 1.0
    examples = Examples(tokens=np.arange(2), offsets=np.arange(3), owners=np.arange(2))
    found = task.decode(np.array([[0.0], [1.0]]), examples)
    np.testing.assert_allclose(found.values, [3.0, 3.0 + task.scale])


def test_gold_is_the_number_as_it_stands_in_the_file():
    assert Regression().gold(rated("1", "-2.5", "3e2")).tolist() == [1.0, -2.5, 300.0]


def test_windows_of_a_text_are_averaged():
    examples = Examples(tokens=np.arange(3), offsets=np.arange(4), owners=np.array([0, 0, 1]))
    found = Regression().decode(np.array([[1.0], [3.0], [5.0]]), examples)
    assert found.values.tolist() == [2.0, 5.0]


def test_text_among_numbers_is_named_with_its_row():
    frame = pl.DataFrame({"text": ["a", "b", "c"], "score": ["1.5", "about two", "n/a"]})
    with pytest.raises(
        DataError, match=r"2 of 3 cells that are no numbers \(row 2: 'about two', row 3: 'n/a'\)"
    ):
        Regression.read(frame, Stated(target=("score",)), "rows.csv")


def test_numbers_that_are_not_finite_are_named_and_gaps_are_not():
    frame = pl.DataFrame({"text": ["a", "b", "c"], "score": ["1.5", "", "inf"]})
    with pytest.raises(DataError, match=r"1 of 2 cells that are no numbers \(row 3: 'inf'\)"):
        Regression.read(frame, Stated(target=("score",)), "rows.csv")


def test_one_number_in_every_row_leaves_nothing_to_predict():
    with pytest.raises(DataError, match="is 2 in every row"):
        Regression.check(rated("2", "2.0"), "rows.csv")


def test_settings_that_speak_of_classes_are_refused():
    with pytest.raises(SettingError, match=r"positive.*speaks of one class a row"):
        Regression.infer(rated("1", "2"), positive="1", describe={}, windows=False)


@pytest.mark.parametrize(
    ("values", "found"),
    [
        ([at * 0.37 for at in range(60)], True),
        ([f"{at * 0.37:.2f}" for at in range(60)], True),
        ([at % 5 for at in range(60)], False),
        (["a", "b"] * 30, False),
        ([[0.5, 1.5]] * 60, False),
    ],
)
def test_a_target_that_measures_is_recognised(values, found):
    frame = pl.DataFrame({"text": ["a b"] * 60, "y": values})
    assert bool(Regression.stated(frame, ("y",))) is found
    assert bool(Regression.stated(frame, ())) is found


def test_strata_are_fifths_and_equal_numbers_stay_together():
    strata = Regression().strata(rated(*map(str, range(20))))
    assert np.bincount(strata).tolist() == [4, 4, 4, 4, 4]
    few = Regression().strata(rated("1", "1", "1", "2"))
    assert few[0] == few[1] == few[2] != few[3]


def test_the_loss_is_the_squared_error_in_standard_units():
    outputs, targets = torch.randn(7, 1), torch.randn(7)
    total, weight = Regression().loss(outputs, targets)
    torch.testing.assert_close(total / weight, torch.nn.functional.mse_loss(outputs[:, 0], targets))
