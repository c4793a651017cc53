"""What a correlation promises beside what every metric of numbers does."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from headstart.core.predictions import Predictions
from tests.contracts.number_data import NumberMetricContract

if TYPE_CHECKING:
    from collections.abc import Callable


class CorrelationContract(NumberMetricContract):
    """Inherit it with SciPy's own as `reference = staticmethod(pearsonr)`."""

    reference: Callable[..., Any]

    @pytest.mark.parametrize("seed", range(5))
    @pytest.mark.parametrize("digits", [0, 6])
    def test_agrees_with_scipy_with_and_without_ties(self, metric, digits, seed):
        rng = np.random.default_rng(seed)
        gold = rng.normal(scale=2.0, size=80).round(digits)
        values = (0.5 * gold + rng.normal(size=80)).round(digits)
        ours = self.measure(metric, gold, Predictions(values=values))
        assert ours == pytest.approx(self.reference(gold, values).statistic)

    @pytest.mark.parametrize("scale", [1e-200, 1e200])
    def test_numbers_of_any_size_can_be_compared(self, metric, scale):
        gold, values = np.array([1.0, 2.0, 3.0, 5.0]), np.array([2.0, 1.0, 3.0, 4.0])
        ours = self.measure(metric, gold * scale, Predictions(values=values * scale))
        assert ours == pytest.approx(self.reference(gold, values).statistic)

    def test_one_number_for_all_rows_says_nothing(self, metric):
        assert self.measure(metric, [1.0, 2.0, 4.0], Predictions(values=np.full(3, 2.0))) == 0.0

    def test_is_not_a_number_where_the_truth_does_not_vary_or_a_prediction_is_none(self, metric):
        assert math.isnan(self.measure(metric, [2.0, 2.0], Predictions(values=np.array([1.0, 2.0]))))
        assert math.isnan(self.measure(metric, [1.0, 2.0], Predictions(values=np.array([1.0, np.nan]))))

    def test_it_is_taken_anew_where_rows_are_left_out(self, metric):
        rng = np.random.default_rng(3)
        gold, values = rng.integers(0, 9, 40).astype(float), rng.integers(0, 9, 40).astype(float)
        kept = np.arange(40) % 3 > 0
        stats = metric.stats(gold, Predictions(values=values))
        expected = self.reference(gold[kept], values[kept]).statistic
        assert metric.value(stats[kept]) == pytest.approx(expected)
