"""How many of the rows predicted positive are."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import precision_score

from headstart import registry
from tests.contracts.metric_contract import MetricContract, labelled, sample


class TestPrecision(MetricContract):
    name = "precision"

    @pytest.mark.parametrize("seed", range(5))
    @pytest.mark.parametrize("positive", [0, 1, 2])
    def test_agrees_with_scikit_learn(self, positive, seed):
        gold, predictions = sample(classes=3, seed=seed)
        metric = registry.build("metrics", self.name, {"positive": positive})
        expected = precision_score(gold == positive, predictions.labels == positive)
        assert self.measure(metric, gold, predictions) == pytest.approx(expected)

    @pytest.mark.parametrize(
        ("gold", "labels"),
        [([0, 0], [0, 0]), ([1, 1], [0, 0]), ([0, 0], [1, 1]), ([1, 1], [1, 1]), ([1, 0, 1], [-1, 0, 1])],
    )
    def test_one_class_missing_classes_and_abstentions(self, metric, gold, labels):
        expected = precision_score(np.array(gold) == 1, np.array(labels) == 1, zero_division=0)
        assert self.measure(metric, gold, labelled(labels)) == pytest.approx(expected)
