"""The same answer for every row."""

from __future__ import annotations

import pytest

from headstart.predictors.constant import Constant
from tests.contracts.predictor_contract import PredictorContract
from tests.contracts.small_data import CLASSES, small_rows, small_task


class TestConstant(PredictorContract):
    @pytest.fixture
    def predictor(self):
        return Constant(classes=CLASSES, frequencies=(0.2, 0.5, 0.3))

    @pytest.fixture
    def rows(self):
        return small_rows(12)

    @pytest.fixture
    def task(self):
        return small_task()

    def test_names_the_most_frequent_class(self, predictor, rows):
        assert set(predictor.predict(rows).names) == {CLASSES[1]}
