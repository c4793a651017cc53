"""The linear classifier against scikit-learn's, and at its edges."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from headstart.train.linear import fit_linear


def clouds(rows: int, width: int, classes: int, *, seed: int = 0):
    rng = np.random.default_rng(seed)
    centres = rng.normal(size=(classes, width))
    targets = np.arange(rows) % classes
    features = centres[targets] + 1.5 * rng.normal(size=(rows, width)) + 3.0
    return features.astype(np.float32), targets


def probabilities(features, weight, bias):
    logits = features.astype(np.float64) @ weight.T + bias
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


@pytest.mark.parametrize("classes", [2, 3, 12])
@pytest.mark.parametrize("strength", [1e-2, 1e-4])
def test_it_finds_the_minimum_that_scikit_learn_finds(classes, strength):
    features, targets = clouds(300, 20, classes)
    fit = fit_linear(features, targets, classes, strengths=[strength])
    scaled = features - features.mean(axis=0)
    scaled /= np.sqrt(np.mean(np.sum(scaled**2, axis=1)))
    penalty = 1 / (strength * len(targets))
    # A binary problem in scikit-learn has one weight vector, which our two share between them.
    penalty = 2 * penalty if classes == 2 else penalty
    peer = LogisticRegression(C=penalty, max_iter=5000, tol=1e-9)
    peer.fit(scaled, targets)
    ours = probabilities(features, fit.weight, fit.bias)
    np.testing.assert_allclose(ours, peer.predict_proba(scaled), atol=3e-3)


def test_weighted_rows_count_as_copies():
    features, targets = clouds(60, 5, 3)
    weights = np.where(targets == 1, 3.0, 1.0)
    copies = np.concatenate([np.arange(60), np.flatnonzero(targets == 1), np.flatnonzero(targets == 1)])
    scaled = features - features.mean(axis=0)
    scaled /= np.sqrt(np.mean(np.sum(scaled**2, axis=1)))
    fit = fit_linear(features, targets, 3, strengths=[1e-2], row_weights=weights)
    peer = LogisticRegression(C=1 / (1e-2 * weights.sum()), max_iter=5000, tol=1e-9)
    peer.fit(scaled[copies], targets[copies])
    ours = probabilities(features, fit.weight, fit.bias)
    np.testing.assert_allclose(ours, peer.predict_proba(scaled), atol=3e-3)


def test_noise_is_regularised_harder_than_signal():
    features, targets = clouds(400, 30, 2)
    noise = np.random.default_rng(1).normal(size=features.shape).astype(np.float32)
    assert fit_linear(noise, targets, 2).strength > fit_linear(features, targets, 2).strength


def test_out_of_fold_probabilities_are_honest():
    rng = np.random.default_rng(0)
    noise, targets = rng.normal(size=(200, 150)).astype(np.float32), rng.integers(0, 2, 200)
    fit = fit_linear(noise, targets, 2, strengths=[1e-5, 1e-6])
    inside = (probabilities(noise, fit.weight, fit.bias).argmax(axis=1) == targets).mean()
    assert inside > 0.9
    assert (fit.out_of_fold.argmax(axis=1) == targets).mean() < 0.65
    np.testing.assert_allclose(np.exp(fit.out_of_fold).sum(axis=1), 1.0, atol=1e-5)


def test_a_cluster_never_vouches_for_its_own_members():
    rng = np.random.default_rng(0)
    one = rng.normal(size=(50, 40)).astype(np.float32)
    features, targets = np.repeat(one, 4, axis=0), np.repeat(rng.integers(0, 2, 50), 4)
    groups = np.repeat(np.arange(50), 4)
    apart = fit_linear(features, targets, 2, groups=groups, strengths=[1e-5, 1e-4])
    mixed = fit_linear(features, targets, 2, strengths=[1e-5, 1e-4])
    assert min(apart.losses.values()) > 2 * min(mixed.losses.values())


def test_the_same_seed_gives_the_same_fit():
    features, targets = clouds(120, 10, 4)
    first, second = (fit_linear(features, targets, 4, seed=3) for _ in range(2))
    assert first.strength == second.strength
    np.testing.assert_array_equal(first.weight, second.weight)


@pytest.mark.parametrize(
    ("rows", "width", "classes"),
    [(6, 50, 2), (3, 4, 3), (2, 4, 2), (40, 1, 2)],
    ids=["fewer rows than features", "one row a class", "two rows", "one feature"],
)
def test_small_data_gives_finite_fits(rows, width, classes):
    features, targets = clouds(rows, width, classes)
    fit = fit_linear(features, targets, classes)
    assert np.isfinite(fit.weight).all()
    assert np.isfinite(fit.bias).all()
    assert fit.weight.shape == (classes, width)


def test_a_class_with_one_row_is_learnt_and_does_not_break_the_folds():
    features, targets = clouds(100, 10, 2)
    features = np.concatenate([features, np.full((1, 10), 40.0, dtype=np.float32)])
    fit = fit_linear(features, np.append(targets, 2), 3)
    assert all(np.isfinite(loss) for loss in fit.losses.values())
    assert probabilities(features, fit.weight, fit.bias)[-1].argmax() == 2


def test_constant_features_carry_no_weight():
    features, targets = clouds(80, 6, 2)
    features[:, 2] = 7.0
    fit = fit_linear(features, targets, 2)
    np.testing.assert_allclose(fit.weight[:, 2], 0.0, atol=1e-3)
    still = fit_linear(np.full((20, 3), 5.0, dtype=np.float32), np.arange(20) % 2, 2)
    np.testing.assert_allclose(probabilities(np.full((1, 3), 5.0), still.weight, still.bias), 0.5, atol=1e-4)
