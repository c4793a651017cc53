"""The mean number against its contract."""

from __future__ import annotations

import numpy as np
import pytest

from tests.contracts.number_contract import NumberContract


class TestMean(NumberContract):
    name = "mean"

    def test_it_says_the_mean_of_the_training_rows(self, start, split, context, unseen):
        model = self.adapted(start, split, context)[-1].model
        mean = split.task.gold(split.train).mean()
        assert model.predict(unseen).values == pytest.approx(np.full(len(unseen), mean))
