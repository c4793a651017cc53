"""Pearson's correlation against SciPy's, and where nothing varies."""

from __future__ import annotations

from scipy.stats import pearsonr

from tests.metrics.correlations import CorrelationContract


class TestPearson(CorrelationContract):
    name = "pearson"
    reference = staticmethod(pearsonr)
