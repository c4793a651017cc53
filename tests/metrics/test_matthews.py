"""Correlation of true and predicted labels."""

from __future__ import annotations

import pytest
from sklearn.metrics import matthews_corrcoef

from tests.contracts.metric_contract import MetricContract, labelled, sample


class TestMatthews(MetricContract):
    name = "matthews"

    @pytest.mark.parametrize("seed", range(5))
    @pytest.mark.parametrize("classes", [2, 3])
    def test_agrees_with_scikit_learn(self, metric, classes, seed):
        gold, predictions = sample(classes=classes, seed=seed)
        ours = self.measure(metric, gold, predictions)
        assert ours == pytest.approx(matthews_corrcoef(gold, predictions.labels))

    @pytest.mark.parametrize(
        ("gold", "labels"),
        [
            ([1, 1], [1, 1]),
            ([0, 1], [1, 1]),
            ([0, 1], [1, 0]),
            ([0, 1, 2], [0, -1, 2]),
            ([0, 1, 1], [-1, -1, 1]),
        ],
    )
    def test_one_class_missing_classes_and_abstentions(self, metric, gold, labels):
        assert self.measure(metric, gold, labelled(labels)) == pytest.approx(matthews_corrcoef(gold, labels))
