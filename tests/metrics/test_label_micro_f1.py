"""Micro-F1 over labels against scikit-learn's."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import f1_score

from tests.contracts.label_data import LabelMetricContract, labels_told


class TestLabelMicroF1(LabelMetricContract):
    name = "label_micro_f1"

    @pytest.mark.parametrize("seed", range(5))
    def test_agrees_with_scikit_learn(self, metric, seed):
        rng = np.random.default_rng(seed)
        gold, scores = (rng.random((40, 3)) < 0.3).astype(float), rng.random((40, 3))
        expected = f1_score(gold, scores >= 0.5, average="micro")
        assert self.measure(metric, gold, labels_told(scores)) == pytest.approx(expected)

    def test_no_label_anywhere_is_nought(self, metric):
        assert self.measure(metric, np.zeros((3, 2)), labels_told(np.zeros((3, 2)))) == 0.0
