"""Area under the precision-recall curve."""

from __future__ import annotations

import numpy as np
from sklearn.metrics import average_precision_score

from tests.contracts.metric_contract import told
from tests.metrics.areas import AreaContract


class TestPrAuc(AreaContract):
    name = "pr_auc"
    reference = staticmethod(average_precision_score)

    def test_is_not_a_number_without_positive_rows(self, metric):
        assert np.isnan(self.measure(metric, [0, 0], told([[0.4, 0.6], [0.7, 0.3]])))

    def test_equal_probabilities_are_worth_the_share(self, metric):
        assert self.measure(metric, [0, 1, 0, 0], told([[0.5, 0.5]] * 4)) == 0.25
