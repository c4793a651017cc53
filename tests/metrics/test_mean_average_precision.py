"""Mean average precision against scikit-learn's, ties included."""

from __future__ import annotations

import math

import numpy as np
import pytest
from sklearn.metrics import average_precision_score

from tests.contracts.label_data import LabelMetricContract, labels_told


class TestMeanAveragePrecision(LabelMetricContract):
    name = "mean_average_precision"

    def test_an_abstention_is_never_better_than_the_right_label(self):
        """Rows with several labels never abstain."""

    @pytest.mark.parametrize("seed", range(5))
    @pytest.mark.parametrize("digits", [1, 8])
    def test_agrees_with_scikit_learn(self, metric, digits, seed):
        rng = np.random.default_rng(seed)
        gold, scores = (rng.random((40, 3)) < 0.3).astype(float), rng.random((40, 3)).round(digits)
        expected = average_precision_score(gold, scores, average="macro")
        assert self.measure(metric, gold, labels_told(scores)) == pytest.approx(expected)

    def test_a_label_that_no_row_has_is_left_out(self, metric):
        gold = np.array([[1.0, 0.0], [0.0, 0.0]])
        assert self.measure(metric, gold, labels_told([[0.9, 0.1], [0.2, 0.4]])) == 1.0

    def test_is_not_a_number_without_any_label_or_probability(self, metric):
        assert math.isnan(self.measure(metric, np.zeros((2, 2)), labels_told(np.full((2, 2), 0.3))))
        undefined = labels_told([[np.nan, 0.2], [0.1, 0.2]])
        assert math.isnan(self.measure(metric, np.eye(2), undefined))
