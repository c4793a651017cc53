"""Recall among the first 1 against scikit-learn's, row by row."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import recall_score

from tests.contracts.pair_data import RankingMetricContract, gold_of, ranked


class TestRecallAt1(RankingMetricContract):
    name = "recall_at_1"

    def test_agrees_with_scikit_learn(self, metric):
        gold, predictions = self.sample()
        true, given = np.zeros((60, 400), dtype=int), np.zeros((60, 400), dtype=int)
        for row, right in enumerate(gold):
            true[row, right] = 1
            given[row, predictions.ranked[row, :1]] = 1
        reference = recall_score(true, given, average="samples")
        assert self.measure(metric, gold, predictions) == pytest.approx(reference)

    def test_a_ranking_that_ends_before_finds_no_more(self, metric):
        assert self.measure(metric, gold_of([5, 6]), ranked([5])) == pytest.approx(0.5)
