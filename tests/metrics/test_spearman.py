"""Spearman's correlation against SciPy's, and where nothing varies."""

from __future__ import annotations

from scipy.stats import spearmanr

from tests.metrics.correlations import CorrelationContract


class TestSpearman(CorrelationContract):
    name = "spearman"
    reference = staticmethod(spearmanr)
