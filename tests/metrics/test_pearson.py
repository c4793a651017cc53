"""Pearson's correlation against SciPy's, and where nothing varies."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.stats import pearsonr

from headstart.core.predictions import Predictions
from tests.contracts.number_data import NumberMetricContract


class TestPearson(NumberMetricContract):
    name = "pearson"

    @pytest.mark.parametrize("seed", range(5))
    @pytest.mark.parametrize("digits", [0, 6])
    def test_agrees_with_scipy_with_and_without_ties(self, metric, digits, seed):
        rng = np.random.default_rng(seed)
        gold = rng.normal(scale=2.0, size=80).round(digits)
        values = (0.5 * gold + rng.normal(size=80)).round(digits)
        ours = self.measure(metric, gold, Predictions(values=values))
        assert ours == pytest.approx(pearsonr(gold, values).statistic)

    @pytest.mark.parametrize("scale", [1e-200, 1e200])
    def test_numbers_of_any_size_can_be_compared(self, metric, scale):
        gold = np.array([1.0, 2.0, 3.0, 5.0])
        values = Predictions(values=np.array([2.0, 1.0, 3.0, 4.0]) * scale)
        assert self.measure(metric, gold * scale, values) == pytest.approx(
            pearsonr(gold, [2.0, 1.0, 3.0, 4.0]).statistic
        )

    def test_one_number_for_all_rows_says_nothing(self, metric):
        assert self.measure(metric, [1.0, 2.0, 4.0], Predictions(values=np.full(3, 2.0))) == 0.0

    def test_is_not_a_number_where_the_truth_does_not_vary_or_a_prediction_is_none(self, metric):
        assert math.isnan(self.measure(metric, [2.0, 2.0], Predictions(values=np.array([1.0, 2.0]))))
        assert math.isnan(self.measure(metric, [1.0, 2.0], Predictions(values=np.array([1.0, np.nan]))))

    def test_rows_left_out_are_ranked_anew(self, metric):
        rng = np.random.default_rng(3)
        gold, values = rng.integers(0, 9, 40).astype(float), rng.integers(0, 9, 40).astype(float)
        kept = np.arange(40) % 3 > 0
        stats = metric.stats(gold, Predictions(values=values))
        assert metric.value(stats[kept]) == pytest.approx(pearsonr(gold[kept], values[kept]).statistic)
