"""The root mean squared error against scikit-learn's."""

from __future__ import annotations

from sklearn.metrics import root_mean_squared_error

from tests.metrics.distances import DistanceContract


class TestRmse(DistanceContract):
    name = "rmse"
    reference = staticmethod(root_mean_squared_error)
