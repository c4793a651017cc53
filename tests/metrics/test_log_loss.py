"""Mean negative log-probability of the true label."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import log_loss

from headstart.core.predictions import Predictions
from tests.contracts.metric_contract import MetricContract, sample, told


class TestLogLoss(MetricContract):
    name = "log_loss"

    @pytest.mark.parametrize("seed", range(5))
    @pytest.mark.parametrize("classes", [2, 3])
    def test_agrees_with_scikit_learn(self, metric, classes, seed):
        gold, predictions = sample(classes=classes, seed=seed)
        expected = log_loss(gold, predictions.probabilities, labels=range(classes))
        assert self.measure(metric, gold, predictions) == pytest.approx(expected)

    @pytest.mark.parametrize("kind", [np.float32, np.float64])
    def test_a_sure_mistake_costs_as_much_as_in_scikit_learn(self, metric, kind):
        certain = np.array([[1.0, 0.0], [1.0, 0.0]], dtype=kind)
        predictions = Predictions(classes=("ham", "spam"), probabilities=certain)
        assert self.measure(metric, [0, 1], predictions) == pytest.approx(log_loss([0, 1], certain))

    def test_is_not_a_number_where_a_probability_is_not(self, metric):
        assert np.isnan(self.measure(metric, [0, 1], told([[0.5, 0.5], [np.nan, np.nan]])))
