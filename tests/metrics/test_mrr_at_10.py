"""Mean reciprocal rank against values by hand and scikit-learn's, which is the same for one right passage."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import label_ranking_average_precision_score

from tests.contracts.pair_data import RankingMetricContract, gold_of, ranked


class TestMrrAt10(RankingMetricContract):
    name = "mrr_at_10"

    def test_the_first_right_passage_counts(self, metric):
        gold = gold_of([4], [4, 5], [9])
        orders = ranked([4, 1, 2], [1, 5, 4], [1, 2, 3])
        assert self.measure(metric, gold, orders) == pytest.approx((1 + 1 / 2 + 0) / 3)

    def test_agrees_with_scikit_learn_where_one_passage_is_right(self, metric):
        rng = np.random.default_rng(0)
        scores, right = rng.normal(size=(50, 10)), rng.integers(0, 10, 50)
        reference = label_ranking_average_precision_score(np.eye(10)[right], scores)
        orders = ranked(*np.argsort(-scores, axis=1).tolist())
        assert self.measure(metric, gold_of(*[[int(each)] for each in right]), orders) == pytest.approx(
            reference
        )

    def test_the_eleventh_place_counts_nothing(self, metric):
        assert self.measure(metric, gold_of([99]), ranked([*range(9), 99])) == pytest.approx(0.1)
        assert self.measure(metric, gold_of([99]), ranked([*range(10), 99])) == 0.0
