"""Ridge regression against scikit-learn and against leaving folds out by hand."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.linear_model import Ridge

from headstart.core.linear_fit import FitWish
from headstart.train.ridge import fit_ridge, folds_of


def sample(rows=120, width=8, seed=0):
    rng = np.random.default_rng(seed)
    features = rng.normal(3.0, 2.0, size=(rows, width)).astype(np.float32)
    targets = features @ rng.normal(size=(width, 2)) + rng.normal(scale=0.5, size=(rows, 2))
    return features, targets


def penalty_of(features, strength, weights=None):
    """scikit-learn's penalty on summed squares for ours, which is per row of unit mean square length."""
    weights = np.ones(len(features)) if weights is None else weights
    centred = features - np.average(features, axis=0, weights=weights)
    return strength * float(weights @ np.square(centred).sum(axis=1))


@pytest.mark.parametrize("strength", [1e-4, 1e-1, 10.0])
def test_agrees_with_scikit_learn(strength):
    features, targets = sample()
    fit = fit_ridge(features, targets, FitWish(strengths=(strength,)))
    exact = Ridge(alpha=penalty_of(features.astype(float), strength)).fit(features.astype(float), targets)
    np.testing.assert_allclose(fit.weight, exact.coef_, atol=1e-5)
    np.testing.assert_allclose(fit.bias, exact.intercept_, atol=1e-4)
    assert fit.strength == strength


def test_rows_count_by_their_weights():
    features, targets = sample()
    weights = np.random.default_rng(1).uniform(0.2, 2.0, len(targets))
    fit = fit_ridge(features, targets, FitWish(strengths=(1e-2,), weights=weights))
    plain = features.astype(float)
    exact = Ridge(alpha=penalty_of(plain, 1e-2, weights)).fit(plain, targets, sample_weight=weights)
    np.testing.assert_allclose(fit.weight, exact.coef_, atol=1e-5)


def test_held_out_predictions_are_those_of_fits_without_the_fold():
    features, targets = sample()
    wish = FitWish(strengths=(1e-2, 1e-1), seed=3)
    fit = fit_ridge(features, targets, wish)
    fold = folds_of(len(targets), wish)
    plain, away = features.astype(float), folds_of(len(targets), wish) == 2
    exact = Ridge(alpha=penalty_of(plain[~away], fit.strength)).fit(plain[~away], targets[~away])
    np.testing.assert_allclose(fit.out_of_fold[away], exact.predict(plain[away]), atol=1e-6)
    assert fit.row_losses == pytest.approx(np.square(fit.out_of_fold - targets).mean(axis=1))
    assert fit.losses[fit.strength] == pytest.approx(min(fit.losses.values()))
    assert set(fold) == set(range(5))


def test_noise_is_fitted_less_closely_than_what_can_be_learnt():
    features, targets = sample()
    noise = np.random.default_rng(4).normal(size=targets.shape)
    assert fit_ridge(features, noise, FitWish()).strength > fit_ridge(features, targets, FitWish()).strength


def test_clusters_lie_in_one_fold_and_one_cluster_has_none():
    groups = np.repeat(np.arange(12), 5)
    fold = folds_of(60, FitWish(groups=groups))
    assert all(len(set(fold[groups == each])) == 1 for each in range(12))
    assert folds_of(60, FitWish(groups=np.zeros(60))) is None


def test_more_features_than_rows_and_features_that_do_not_vary_are_no_trouble():
    features, targets = sample(rows=10, width=30)
    features[:, 0] = 7.0
    fit = fit_ridge(features, targets, FitWish())
    assert np.isfinite(fit.weight).all()
    still = fit_ridge(np.full((10, 3), 2.0, dtype=np.float32), targets, FitWish(strengths=(0.1,)))
    np.testing.assert_allclose(still.bias + 2.0 * still.weight.sum(axis=1), targets.mean(axis=0), atol=1e-5)
