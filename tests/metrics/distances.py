"""What a distance of numbers promises beside what every metric of numbers does."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pytest

from headstart import registry
from headstart.core.predictions import Predictions
from tests.contracts.number_data import NumberMetricContract

if TYPE_CHECKING:
    from collections.abc import Callable


class DistanceContract(NumberMetricContract):
    """Inherit it with scikit-learn's own as `reference = staticmethod(mean_absolute_error)`."""

    reference: Callable[..., float]

    @pytest.mark.parametrize("seed", range(5))
    def test_agrees_with_scikit_learn(self, metric, seed):
        rng = np.random.default_rng(seed)
        gold = rng.normal(scale=2.0, size=80)
        values = gold + rng.normal(size=80)
        ours = self.measure(metric, gold, Predictions(values=values))
        assert ours == pytest.approx(self.reference(gold, values))

    def test_is_not_a_number_where_a_prediction_is_none(self, metric):
        assert math.isnan(self.measure(metric, [1.0, 2.0], Predictions(values=np.array([1.0, np.nan]))))

    def test_a_point_is_what_the_task_says(self):
        assert registry.build("metrics", self.name, {"unit": 0.5}).unit == 0.5
