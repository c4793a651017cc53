"""Multinomial logistic regression on sparse features, held to scikit-learn's on the plain features."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse
from scipy.special import softmax
from sklearn.linear_model import LogisticRegression

from headstart.train import sparse_linear as module
from headstart.train.sparse_linear import choose_strength, fit_sparse, rotated


def problem(rows=120, width=400, classes=3, seed=0):
    rng = np.random.default_rng(seed)
    features = sparse.csr_array(sparse.random(rows, width, density=0.05, random_state=seed, dtype=np.float32))
    truth = rng.normal(size=(width, classes)) * 2
    return features, (features @ truth + 0.3 * rng.normal(size=(rows, classes))).argmax(axis=1)


def probabilities(fitted, features):
    return softmax(features @ fitted.weight.T + fitted.bias, axis=1)


@pytest.mark.parametrize("classes", [2, 3, 6])
@pytest.mark.parametrize("squared", [True, False])
def test_agrees_with_scikit_learn(monkeypatch, classes, squared):
    if not squared:
        monkeypatch.setattr(module, "MOST_ROWS_SQUARED", 10)
    monkeypatch.setattr(module, "LEFT", 1e-5)
    features, targets = problem(classes=classes)
    unseen, _ = problem(classes=classes, seed=1)
    peer = LogisticRegression(C=10.0, tol=1e-8, max_iter=2000).fit(features, targets)
    ours = probabilities(fit_sparse(features, targets, classes=classes, strength=10.0), unseen)
    np.testing.assert_allclose(ours, peer.predict_proba(unseen), atol=0.005)


def test_ending_early_costs_no_accuracy():
    features, targets = problem(rows=900, width=600)
    seen, unseen = slice(0, 600), slice(600, 900)
    peer = LogisticRegression(C=10.0, tol=1e-8, max_iter=2000).fit(features[seen], targets[seen])
    fitted = fit_sparse(features[seen], targets[seen], classes=3, strength=10.0)
    ours = (probabilities(fitted, features[unseen]).argmax(axis=1) == targets[unseen]).mean()
    assert ours >= peer.score(features[unseen], targets[unseen]) - 0.02


def test_rotated_rows_have_the_same_products():
    features, _ = problem()
    rows = rotated(features)
    np.testing.assert_allclose(rows @ rows.T, (features @ features.T).toarray(), atol=2e-4)


def test_equal_rows_do_no_harm():
    features, targets = problem(rows=30)
    twice = sparse.csr_array(sparse.vstack([features, features]))
    fitted = fit_sparse(twice, np.concatenate([targets, targets]), classes=3, strength=10.0)
    assert (probabilities(fitted, features).argmax(axis=1) == targets).mean() > 0.9


def test_absent_classes_are_very_unlikely():
    features, targets = problem(classes=2)
    fitted = fit_sparse(features, targets * 2, classes=4, strength=10.0)
    given = probabilities(fitted, features)
    assert given[:, [1, 3]].max() < 1e-6
    assert set(given.argmax(axis=1)) == {0, 2}


@pytest.mark.parametrize("rows", [120, 700])
def test_the_strength_of_the_best_score_is_chosen(rows):
    features, targets = problem(rows=rows)
    scores = iter([0.1, 0.4, 0.4, 0.2])
    chosen = choose_strength(
        features, targets, np.arange(rows), score=lambda given, gold: next(scores), seed=0
    )
    assert chosen == 10.0


def test_scores_are_out_of_fold():
    # Targets without any pattern: whoever saw its own row would do far better than chance.
    features, _ = problem(rows=300, width=1000)
    targets = np.random.default_rng(5).integers(0, 2, 300)
    seen = []
    choose_strength(
        features,
        targets,
        np.arange(300),
        score=lambda given, gold: seen.append((given.argmax(axis=1) == gold).mean()) or 0.0,
        seed=0,
    )
    assert max(seen) < 0.62
