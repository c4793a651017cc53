"""How far confidence is from accuracy."""

from __future__ import annotations

import numpy as np
import pytest

from tests.contracts.metric_contract import MetricContract, sample, told


class TestExpectedCalibrationError(MetricContract):
    name = "expected_calibration_error"

    def test_a_worked_example(self, metric):
        # Two bins: three rows 0.9 sure of which two are right, one row 0.6 sure and wrong.
        probabilities = [[0.9, 0.1], [0.9, 0.1], [0.1, 0.9], [0.6, 0.4]]
        expected = (3 / 4) * abs(0.9 - 2 / 3) + (1 / 4) * 0.6
        assert self.measure(metric, [0, 1, 1, 1], told(probabilities)) == pytest.approx(expected)

    @pytest.mark.parametrize("seed", range(3))
    def test_agrees_with_the_definition_written_out(self, metric, seed):
        gold, predictions = sample(rows=500, classes=3, seed=seed)
        confidence = predictions.probabilities.max(axis=1)
        right = predictions.labels == gold
        expected = 0.0
        for step in range(15):
            inside = (confidence > step / 15) & (confidence <= (step + 1) / 15)
            if inside.any():
                expected += inside.mean() * abs(confidence[inside].mean() - right[inside].mean())
        assert self.measure(metric, gold, predictions) == pytest.approx(expected)

    def test_an_honest_model_has_none(self, metric):
        predictions = told([[0.75, 0.25]] * 4)
        assert self.measure(metric, [0, 0, 0, 1], predictions) == pytest.approx(0.0)

    def test_is_not_a_number_where_a_probability_is_not(self, metric):
        assert np.isnan(self.measure(metric, [0, 1], told([[0.5, 0.5], [np.nan, np.nan]])))
