"""Weighted kappa as scikit-learn computes it."""

from __future__ import annotations

import math

import numpy as np
import pytest
from sklearn.metrics import cohen_kappa_score

from headstart.metrics.quadratic_kappa import QuadraticKappa
from tests.contracts.metric_contract import MetricContract, labelled, sample


class TestQuadraticKappa(MetricContract):
    name = "quadratic_kappa"

    @pytest.mark.parametrize("seed", range(5))
    @pytest.mark.parametrize("classes", [2, 3])
    def test_agrees_with_scikit_learn(self, metric, classes, seed):
        gold, predictions = sample(classes=classes, seed=seed)
        expected = cohen_kappa_score(gold, predictions.labels, weights="quadratic")
        assert self.measure(metric, gold, predictions) == pytest.approx(expected)

    def test_agrees_on_seven_classes_with_gaps(self, metric):
        rng = np.random.default_rng(0)
        gold = rng.choice([0, 1, 3, 6], 80)
        guess = np.clip(gold + rng.integers(-2, 3, 80), 0, 6)
        expected = cohen_kappa_score(gold, guess, weights="quadratic", labels=range(7))
        assert self.measure(metric, gold, labelled(guess)) == pytest.approx(expected)

    def test_one_answer_for_all_is_no_better_than_chance(self, metric):
        assert self.measure(metric, [0, 1, 2, 1], labelled([1, 1, 1, 1])) == 0.0

    def test_where_nothing_can_disagree_it_is_undefined(self, metric):
        assert math.isnan(self.measure(metric, [1, 1], labelled([1, 1])))

    def test_an_abstention_is_as_far_off_as_it_can_be(self):
        metric = QuadraticKappa(classes=5)
        silent = self.measure(metric, [0, 4, 1, 3], labelled([-1, 4, 1, 3]))
        assert silent == self.measure(metric, [0, 4, 1, 3], labelled([4, 4, 1, 3]))
