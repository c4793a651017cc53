"""The Gaussian process against scikit-learn's."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import RBF

from headstart.planning.gaussian import log_likelihood, posterior

RNG = np.random.default_rng(0)
PLACES, VALUES, NOISE = RNG.normal(size=(12, 2)), RNG.normal(size=12), 0.3


def test_mean_and_deviation_equal_those_of_an_independent_implementation():
    reference = GaussianProcessRegressor(RBF(1.5), alpha=NOISE**2, optimizer=None).fit(PLACES, VALUES)
    known = RBF(1.5)(PLACES) + NOISE**2 * np.eye(12)
    for place in RNG.normal(size=(5, 2)):
        mean, error = posterior(known, RBF(1.5)(PLACES, place[None])[:, 0], own=1.0, values=VALUES)
        [wanted], [deviation] = reference.predict(place[None], return_std=True)
        assert (mean, error) == pytest.approx((wanted, deviation))


def test_the_likelihood_is_that_of_a_normal_distribution():
    known = RBF(0.7)(PLACES) + NOISE**2 * np.eye(12)
    assert log_likelihood(known, VALUES) == pytest.approx(
        stats.multivariate_normal.logpdf(VALUES, np.zeros(12), known)
    )


def test_what_is_no_covariance_explains_nothing():
    assert log_likelihood(-np.eye(3), np.ones(3)) == -np.inf
