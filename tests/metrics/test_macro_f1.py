"""Mean F1 over classes."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import f1_score

from tests.contracts.metric_contract import MetricContract, labelled, sample


class TestMacroF1(MetricContract):
    name = "macro_f1"

    @pytest.mark.parametrize("seed", range(5))
    @pytest.mark.parametrize("classes", [2, 3])
    def test_agrees_with_scikit_learn(self, metric, classes, seed):
        gold, predictions = sample(classes=classes, seed=seed)
        ours = self.measure(metric, gold, predictions)
        assert ours == pytest.approx(f1_score(gold, predictions.labels, average="macro"))

    def test_a_class_that_is_only_predicted_counts_as_nought(self, metric):
        gold, labels = np.array([0, 0, 1, 1]), np.array([0, 2, 1, 1])
        expected = f1_score(gold, labels, average="macro", zero_division=0)
        assert self.measure(metric, gold, labelled(labels)) == pytest.approx(expected)

    def test_a_class_that_is_neither_true_nor_predicted_is_left_out(self, metric):
        assert self.measure(metric, [0, 0, 2, 2], labelled([0, 0, 2, 2])) == 1.0

    def test_one_class_alone(self, metric):
        assert self.measure(metric, [1, 1, 1], labelled([1, 1, 1])) == 1.0

    def test_an_abstention_is_a_miss_and_no_class_of_its_own(self, metric):
        gold, labels = np.array([0, 0, 1, 1]), np.array([0, -1, 1, -1])
        expected = f1_score(gold, labels, labels=[0, 1], average="macro")
        assert self.measure(metric, gold, labelled(labels)) == pytest.approx(expected)

    def test_nothing_but_abstentions(self, metric):
        assert self.measure(metric, [0, 1], labelled([-1, -1])) == 0.0
