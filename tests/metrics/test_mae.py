"""The mean absolute error against scikit-learn's."""

from __future__ import annotations

from sklearn.metrics import mean_absolute_error

from tests.metrics.distances import DistanceContract


class TestMae(DistanceContract):
    name = "mae"
    reference = staticmethod(mean_absolute_error)
