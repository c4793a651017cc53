"""Macro-F1 over labels against scikit-learn's."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import f1_score

from tests.contracts.label_data import LabelMetricContract, labels_told


class TestLabelMacroF1(LabelMetricContract):
    name = "label_macro_f1"

    @pytest.mark.parametrize("seed", range(5))
    def test_agrees_with_scikit_learn(self, metric, seed):
        rng = np.random.default_rng(seed)
        gold, scores = (rng.random((40, 3)) < 0.3).astype(float), rng.random((40, 3))
        expected = f1_score(gold, scores >= 0.5, average="macro")
        assert self.measure(metric, gold, labels_told(scores)) == pytest.approx(expected)

    def test_a_label_that_is_neither_true_nor_given_does_not_count(self, metric):
        gold = np.array([[1.0, 0.0], [1.0, 0.0]])
        assert self.measure(metric, gold, labels_told([[0.9, 0.1], [0.9, 0.1]])) == 1.0
