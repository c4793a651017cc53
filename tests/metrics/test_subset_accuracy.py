"""Subset accuracy against scikit-learn's."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import accuracy_score

from tests.contracts.label_data import LabelMetricContract, labels_told


class TestSubsetAccuracy(LabelMetricContract):
    name = "subset_accuracy"

    @pytest.mark.parametrize("seed", range(5))
    def test_agrees_with_scikit_learn(self, metric, seed):
        rng = np.random.default_rng(seed)
        gold, scores = (rng.random((40, 3)) < 0.3).astype(float), rng.random((40, 3))
        expected = accuracy_score(gold, scores >= 0.5)
        assert self.measure(metric, gold, labels_told(scores)) == pytest.approx(expected)
