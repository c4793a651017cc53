"""The frequencies of labels against their contract."""

from __future__ import annotations

import numpy as np

from tests.contracts.label_data import LabelContract


class TestLabelFrequency(LabelContract):
    name = "label_frequency"

    def test_every_row_gets_the_shares_of_the_training_rows(self, start, split, context, unseen):
        found = self.adapted(start, split, context)[-1].model.predict(unseen)
        shares = split.task.gold(split.train).mean(axis=0)
        np.testing.assert_allclose(found.probabilities, np.tile(shares, (len(unseen), 1)), atol=1e-6)
