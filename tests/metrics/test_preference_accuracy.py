"""Share of rows whose preferred answer is the likelier one."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from headstart.core.predictions import Predictions
from headstart.core.references import References, as_gold
from headstart.metrics.preference_accuracy import PreferenceAccuracy
from tests.contracts.metric_contract import MetricContract
from tests.metrics.likelihoods import told


class TestPreferenceAccuracy(MetricContract):
    name = "preference_accuracy"

    def sample(self):
        rng = np.random.default_rng(0)
        losses = rng.gamma(2.0, size=(60, 2))
        gold = as_gold(References(texts=("a",)) for _ in range(60))
        chosen = told([(each, 4) for each in losses[:, 0]])
        return gold, replace(chosen, rivals=np.stack([losses[:, 1] + 0.5, np.full(60, 4.0)], axis=1))

    def perfect(self, gold):
        return replace(told([(0.1, 4)] * len(gold)), rivals=np.tile([9.0, 4.0], (len(gold), 1)))

    def bare(self):
        return as_gold(References(texts=(each,)) for each in "ab"), Predictions()


def test_likelihoods_are_compared_by_token_and_ties_count_half():
    metric = PreferenceAccuracy()
    predictions = replace(
        told([(4.0, 4), (2.0, 1), (3.0, 3)]), rivals=np.array([[3.0, 2.0], [3.0, 3.0], [1.0, 1.0]])
    )
    assert metric.stats([None] * 3, predictions)[:, 0].tolist() == [1.0, 0.0, 0.5]
    assert metric.value(metric.stats([None] * 3, predictions)) == pytest.approx(0.5)
