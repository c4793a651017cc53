"""What an area under a curve promises beside what every metric does."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from headstart import registry
from tests.contracts.metric_contract import MetricContract, sample, told

if TYPE_CHECKING:
    from collections.abc import Callable


class AreaContract(MetricContract):
    """Inherit it with scikit-learn's own as `reference = staticmethod(roc_auc_score)`."""

    reference: Callable[..., float]

    @pytest.mark.parametrize("digits", [1, 2, 12])
    @pytest.mark.parametrize("seed", range(5))
    def test_agrees_with_scikit_learn_with_and_without_ties(self, metric, seed, digits):
        gold, predictions = sample(seed=seed)
        scores = predictions.probabilities[:, 1].round(digits)
        ours = self.measure(metric, gold, told(np.column_stack([1 - scores, scores])))
        assert ours == pytest.approx(self.reference(gold, scores))

    def test_speaks_of_the_class_it_is_told(self):
        gold, predictions = sample(classes=3)
        metric = registry.build("metrics", self.name, {"positive": 2})
        expected = self.reference(gold == 2, predictions.probabilities[:, 2])
        assert self.measure(metric, gold, predictions) == pytest.approx(expected)

    def test_agrees_on_a_resample(self, metric):
        gold, predictions = sample()
        drawn = np.random.default_rng(3).integers(0, len(gold), len(gold))
        expected = self.reference(gold[drawn], predictions.probabilities[drawn, 1])
        assert metric.value(metric.stats(gold, predictions)[drawn]) == pytest.approx(expected)

    def test_is_not_a_number_where_a_probability_is_not(self, metric):
        assert np.isnan(self.measure(metric, [0, 1], told([[0.5, 0.5], [np.nan, np.nan]])))
