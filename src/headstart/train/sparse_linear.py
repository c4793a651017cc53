"""Multinomial logistic regression on sparse features."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import linalg
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression

from headstart.train.folds import stratified_folds

if TYPE_CHECKING:
    from collections.abc import Callable

    from jaxtyping import Float, Int
    from numpy import ndarray
    from scipy import sparse

STRENGTHS = (3.0, 10.0, 30.0, 100.0)
USUAL_STRENGTH = 10.0
# Beyond this many rows a square of them costs more than the features themselves.
MOST_ROWS_SQUARED = 4_000
# The best strength hardly moves with the rows; this many tell it.
MOST_ROWS_TRIED = 2_000
MANY_CLASSES = 20
ABSENT = -20.0
# Share of the first gradient at which a fit ends: going on costs time and gains no accuracy.
LEFT = 0.1


@dataclass(frozen=True, kw_only=True, eq=False)
class SparseLinear:
    """Weights of each feature for each class."""

    weight: Float[ndarray, "classes features"]
    bias: Float[ndarray, " classes"]


def fit_sparse(
    features: sparse.csr_array, targets: Int[ndarray, " rows"], *, classes: int, strength: float
) -> SparseLinear:
    """The fit with an L2 penalty of one over `strength`; absent classes are made very unlikely."""
    present = np.unique(targets)
    weight = np.zeros((classes, features.shape[1]), dtype=np.float32)
    bias = np.full(classes, ABSENT, dtype=np.float32)
    if len(present) < 2 or not features.nnz:
        share = np.bincount(targets, minlength=classes) / max(1, len(targets))
        bias[present] = np.log(share[present])
        return SparseLinear(weight=weight, bias=bias)
    if len(targets) > MOST_ROWS_SQUARED or len(targets) > features.shape[1]:
        fitted = _fitted(features, targets, strength)
        coefficients = fitted.coef_
    else:
        rows = rotated(features)
        fitted = _fitted(rows, targets, strength)
        inner = linalg.solve_triangular(rows, fitted.coef_.T.astype(np.float32), lower=True, trans="T")
        coefficients = (features.T @ inner).T
    intercepts = fitted.intercept_
    if len(present) == 2:
        # A logistic curve is a softmax over plus and minus half of its argument.
        coefficients = np.vstack([-coefficients, coefficients]) / 2
        intercepts = np.concatenate([-intercepts, intercepts]) / 2
    weight[present], bias[present] = coefficients, intercepts
    return SparseLinear(weight=weight, bias=bias)


def choose_strength(
    features: sparse.csr_array,
    targets: Int[ndarray, " rows"],
    groups: Int[ndarray, " rows"],
    *,
    score: Callable[[Float[ndarray, "rows classes"], Int[ndarray, " rows"]], float],
    seed: int,
) -> float:
    """The strength of the best score on folds that keep clusters whole; the least of equals.

    Args:
        features: one line per row.
        targets: class of each row.
        groups: cluster of each row.
        score: of out-of-fold probabilities and the true classes; more is better.
        seed: decides which rows go together, and which are read when there are very many.
    """
    if len(targets) > MOST_ROWS_TRIED:
        read = np.random.default_rng(seed).permutation(len(targets))[:MOST_ROWS_TRIED]
        features, targets, groups = features[read], targets[read], groups[read]
    classes = int(targets.max()) + 1
    folds = 3 if classes < MANY_CLASSES else 2
    fold = stratified_folds(targets, groups, folds=folds, seed=seed)
    inside = [fold != held for held in range(folds)]
    if any(len(np.unique(targets[rows])) < 2 or rows.all() for rows in inside) or not features.nnz:
        return USUAL_STRENGTH
    rows = rotated(features) if len(targets) <= features.shape[1] else features
    scores = []
    for strength in STRENGTHS:
        probabilities = np.zeros((len(targets), classes))
        for fitting in inside:
            model = _fitted(rows[fitting], targets[fitting], strength)
            probabilities[np.ix_(~fitting, model.classes_)] = model.predict_proba(rows[~fitting])
        scores.append(score(probabilities, targets))
    return float(STRENGTHS[int(np.argmax(scores))]) if np.isfinite(scores).all() else USUAL_STRENGTH


def rotated(features: sparse.csr_array) -> Float[ndarray, "rows rows"]:
    """As many dense columns as rows, with the same products between rows.

    A penalised linear model rests on those products alone, so that it is the same model on either,
    and where features are many more than rows it is fitted several times sooner on these.
    """
    often = np.bincount(features.indices, minlength=features.shape[1]) > len(features.indptr) / 30
    common = features[:, np.flatnonzero(often)].toarray()
    rare = features[:, np.flatnonzero(~often)]
    products = common @ common.T + (rare @ rare.T).toarray()
    # Rows that are equal would make the root of the products undefined.
    products[np.diag_indices_from(products)] += 1e-4
    return np.asarray(linalg.cholesky(products, lower=True), dtype=np.float32)


def _fitted(
    features: sparse.csr_array | Float[ndarray, "rows features"],
    targets: Int[ndarray, " rows"],
    strength: float,
) -> LogisticRegression:
    """Fitted until the gradient is a small part of what it was.

    The bound has to follow the first gradient: scikit-learn's fixed one ends the fit before its
    first step where classes are many.
    """
    present, index = np.unique(targets, return_inverse=True)
    surprise = np.eye(len(present), dtype=np.float32)[index] - np.float32(1.0 / len(present))
    steepest = float(np.abs(features.T @ surprise).max()) / len(targets)
    model = LogisticRegression(C=strength, tol=max(LEFT * steepest, 1e-12), max_iter=300)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        return model.fit(features, targets)
