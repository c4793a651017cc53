"""The mean distance of ordered classes, as scikit-learn computes it."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import mean_absolute_error

from headstart.metrics.rank_mae import RankMae
from tests.contracts.metric_contract import MetricContract, labelled, sample


class TestRankMae(MetricContract):
    name = "rank_mae"

    @pytest.mark.parametrize("seed", range(5))
    def test_agrees_with_scikit_learn(self, metric, seed):
        gold, predictions = sample(classes=3, seed=seed)
        assert self.measure(metric, gold, predictions) == pytest.approx(
            mean_absolute_error(gold, predictions.labels)
        )

    def test_an_abstention_is_as_far_off_as_it_can_be(self):
        gold = np.array([0, 1, 2, 3, 4])
        assert self.measure(RankMae(classes=5), gold, labelled([-1] * 5)) == np.mean([4, 3, 2, 3, 4])
