"""F1 of each class weighted by its rows."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import f1_score

from tests.contracts.metric_contract import MetricContract, labelled, sample


class TestWeightedF1(MetricContract):
    name = "weighted_f1"

    @pytest.mark.parametrize("seed", range(5))
    @pytest.mark.parametrize("classes", [2, 3])
    def test_agrees_with_scikit_learn(self, metric, classes, seed):
        gold, predictions = sample(classes=classes, seed=seed)
        ours = self.measure(metric, gold, predictions)
        assert ours == pytest.approx(f1_score(gold, predictions.labels, average="weighted"))

    def test_a_class_that_is_only_predicted_weighs_nothing(self, metric):
        gold, labels = np.array([0, 0, 1, 1]), np.array([0, 2, 1, 1])
        expected = f1_score(gold, labels, average="weighted", zero_division=0)
        assert self.measure(metric, gold, labelled(labels)) == pytest.approx(expected)

    def test_an_abstention_is_a_miss(self, metric):
        gold, labels = np.array([0, 0, 1, 1]), np.array([0, -1, 1, 1])
        expected = f1_score(gold, labels, labels=[0, 1], average="weighted")
        assert self.measure(metric, gold, labelled(labels)) == pytest.approx(expected)
