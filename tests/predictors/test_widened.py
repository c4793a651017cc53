"""Answers of a predictor of some classes, told in all of them."""

from __future__ import annotations

import numpy as np
import pytest

from headstart.core.decision import Decision
from headstart.predictors.constant import Constant
from headstart.predictors.widened import Widened
from tests.contracts.predictor_contract import PredictorContract
from tests.contracts.small_data import CLASSES, small_rows, small_task

MORE = ("animals", *CLASSES)


class TestWidened(PredictorContract):
    @pytest.fixture
    def predictor(self):
        inner = Constant(classes=CLASSES, frequencies=(0.2, 0.5, 0.3))
        return Widened(inner=inner, task=small_task(), classes=MORE, temperature=2.0)

    @pytest.fixture
    def rows(self):
        return small_rows(12)

    @pytest.fixture
    def task(self):
        return small_task(MORE)

    def test_a_class_that_it_does_not_know_gets_nothing_and_the_others_what_they_had(self, predictor, rows):
        before = Decision(temperature=2.0).apply(predictor.inner.predict(rows))
        after = predictor.predict(rows)
        np.testing.assert_array_equal(after.probabilities[:, 0], 0)
        np.testing.assert_array_equal(after.probabilities[:, 1:], before.probabilities)
        assert after.names == before.names
