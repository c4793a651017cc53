"""The share of rows that got their true label."""

from __future__ import annotations

import pytest
from sklearn.metrics import accuracy_score

from tests.contracts.metric_contract import MetricContract, labelled, sample


class TestAccuracy(MetricContract):
    name = "accuracy"

    @pytest.mark.parametrize("seed", range(5))
    @pytest.mark.parametrize("classes", [2, 3])
    def test_agrees_with_scikit_learn(self, metric, classes, seed):
        gold, predictions = sample(classes=classes, seed=seed)
        ours = self.measure(metric, gold, predictions)
        assert ours == pytest.approx(accuracy_score(gold, predictions.labels))

    def test_an_abstention_is_wrong(self, metric):
        assert self.measure(metric, [0, 1, 1, 0], labelled([0, -1, 1, -1])) == 0.5

    def test_a_label_no_class_has_is_never_right(self, metric):
        assert self.measure(metric, [-1, 1], labelled([-1, 1])) == 0.5
