"""Area under the ROC curve."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from headstart import registry
from tests.contracts.metric_contract import MetricContract, sample, told


class TestRocAuc(MetricContract):
    name = "roc_auc"

    @pytest.mark.parametrize("digits", [1, 2, 12])
    @pytest.mark.parametrize("seed", range(5))
    def test_agrees_with_scikit_learn_with_and_without_ties(self, metric, seed, digits):
        gold, predictions = sample(seed=seed)
        scores = predictions.probabilities[:, 1].round(digits)
        ours = self.measure(metric, gold, told(np.column_stack([1 - scores, scores])))
        assert ours == pytest.approx(roc_auc_score(gold, scores))

    def test_speaks_of_the_class_it_is_told(self):
        gold, predictions = sample(classes=3)
        metric = registry.build("metrics", self.name, {"positive": 2})
        expected = roc_auc_score(gold == 2, predictions.probabilities[:, 2])
        assert self.measure(metric, gold, predictions) == pytest.approx(expected)

    def test_agrees_on_a_resample(self, metric):
        gold, predictions = sample()
        drawn = np.random.default_rng(3).integers(0, len(gold), len(gold))
        expected = roc_auc_score(gold[drawn], predictions.probabilities[drawn, 1])
        assert metric.value(metric.stats(gold, predictions)[drawn]) == pytest.approx(expected)

    def test_is_not_a_number_where_a_probability_is_not(self, metric):
        assert np.isnan(self.measure(metric, [0, 1], told([[0.5, 0.5], [np.nan, np.nan]])))

    @pytest.mark.parametrize("gold", [[0, 0], [1, 1]])
    def test_is_not_a_number_with_one_class(self, metric, gold):
        assert np.isnan(self.measure(metric, gold, told([[0.4, 0.6], [0.7, 0.3]])))

    def test_equal_probabilities_are_worth_a_half(self, metric):
        assert self.measure(metric, [0, 1, 1], told([[0.5, 0.5]] * 3)) == 0.5
