"""Normalised discounted cumulative gain against scikit-learn's and a value by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest
from sklearn.metrics import ndcg_score

from tests.contracts.pair_data import RankingMetricContract, gold_of, ranked


class TestNdcgAt10(RankingMetricContract):
    name = "ndcg_at_10"

    def test_agrees_with_scikit_learn(self, metric):
        gold, predictions = self.sample()
        relevance, scores = np.zeros((60, 400)), np.full((60, 400), -1000.0)
        for row, right in enumerate(gold):
            relevance[row, right] = 1.0
            scores[row, predictions.ranked[row]] = -np.arange(100.0)
        assert self.measure(metric, gold, predictions) == pytest.approx(ndcg_score(relevance, scores, k=10))

    def test_two_right_passages_at_the_second_and_fourth_place(self, metric):
        gain = (1 / math.log2(3) + 1 / math.log2(5)) / (1 + 1 / math.log2(3))
        assert self.measure(metric, gold_of([7, 9]), ranked([1, 7, 2, 9])) == pytest.approx(gain)

    def test_more_right_passages_than_are_looked_at_can_still_be_perfect(self, metric):
        assert self.measure(metric, gold_of(list(range(20))), ranked(list(range(20)))) == pytest.approx(1.0)

    def test_what_stands_beyond_the_tenth_place_or_was_not_ranked_counts_nothing(self, metric):
        assert self.measure(metric, gold_of([99]), ranked([*range(10), 99])) == 0.0
        assert self.measure(metric, gold_of([99]), ranked([1, 2])) == 0.0
