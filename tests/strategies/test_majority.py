"""Always the most frequent class."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from headstart.core.split import Split
from tests.contracts.small_data import small_rows, small_task
from tests.contracts.strategy_contract import StrategyContract


class TestMajority(StrategyContract):
    name = "majority"
    accuracy = 1 / 3

    def test_says_the_most_frequent_class_and_the_frequencies(self, start, split, context, unseen):
        uneven = split.train.take([0, 1, 1, 1, 2, 2, 1, 1])
        model = self.adapted(start, replace(split, train=uneven), context)[-1].model
        predictions = model.predict(unseen)
        assert set(predictions.labels) == {1}
        assert predictions.probabilities[0] == pytest.approx([1 / 8, 5 / 8, 2 / 8])

    def test_a_class_without_rows_gets_no_probability(self, start, split, context, unseen):
        task = small_task(("cinema", "hardware", "money", "unseen"))
        rows = small_rows(9)
        model = self.adapted(start, Split(task=task, train=rows, dev=rows.take([])), context)[-1].model
        assert np.all(model.predict(unseen).probabilities[:, 3] == 0)
