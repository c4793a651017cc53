"""Area under the ROC curve."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from tests.contracts.metric_contract import told
from tests.metrics.areas import AreaContract


class TestRocAuc(AreaContract):
    name = "roc_auc"
    reference = staticmethod(roc_auc_score)

    @pytest.mark.parametrize("gold", [[0, 0], [1, 1]])
    def test_is_not_a_number_with_one_class(self, metric, gold):
        assert np.isnan(self.measure(metric, gold, told([[0.4, 0.6], [0.7, 0.3]])))

    def test_equal_probabilities_are_worth_a_half(self, metric):
        assert self.measure(metric, [0, 1, 1], told([[0.5, 0.5]] * 3)) == 0.5
