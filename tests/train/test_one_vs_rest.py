"""One logistic regression a label, against scikit-learn."""

from __future__ import annotations

import numpy as np
from scipy.special import expit
from sklearn.linear_model import LogisticRegression

from headstart.core.linear_fit import FitWish
from headstart.train.one_vs_rest import fit_one_vs_rest


def sample(rows=150, seed=0):
    rng = np.random.default_rng(seed)
    features = rng.normal(size=(rows, 6)).astype(np.float32)
    targets = (features @ rng.normal(size=(6, 3)) + rng.normal(size=(rows, 3)) > 0.3).astype(np.float32)
    return features, targets


def test_outputs_are_the_log_odds_of_each_label_by_itself():
    features, targets = sample()
    fit = fit_one_vs_rest(features, targets, FitWish(strengths=(1e-3,)))
    ours = expit(features @ fit.weight.T + fit.bias)
    centred = features - features.mean(axis=0)
    scale = np.square(centred).sum(axis=1).mean()
    for label in range(3):
        # Two softmax outputs share what one logistic output has alone, so they are penalised half as much.
        exact = LogisticRegression(C=2 / (1e-3 * len(features) * scale), tol=1e-8, max_iter=1000)
        exact.fit(features.astype(float), targets[:, label])
        np.testing.assert_allclose(ours[:, label], exact.predict_proba(features)[:, 1], atol=2e-3)


def test_held_out_log_odds_tell_labels_apart():
    features, targets = sample()
    fit = fit_one_vs_rest(features, targets, FitWish())
    assert fit.out_of_fold.shape == targets.shape
    assert ((fit.out_of_fold > 0) == (targets > 0.5)).mean() > 0.75
    assert len(fit.row_losses) == len(targets)


def test_a_label_that_no_row_has_becomes_unlikely():
    features, targets = sample()
    targets[:, 1] = 0.0
    fit = fit_one_vs_rest(features, targets, FitWish(strengths=(1e-3,)))
    assert np.isfinite(fit.weight).all()
    assert (expit(features @ fit.weight.T + fit.bias)[:, 1] < 0.1).all()
