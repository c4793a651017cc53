"""Linear scores of starts and ends: what they minimise, and that drawing pieces changes little."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import minimize

from headstart.core.linear_fit import FitWish
from headstart.train.span_fit import fit_spans
from headstart.train.span_targets import END, NONE, PIECES, START

WIDTH = 6
TRUE = np.random.default_rng(9).normal(size=(WIDTH, 2))


def windows(count: int, pieces: int, *, seed: int = 0, drawn: int | None = None, none_last: bool = False):
    """Pieces whose answers are drawn by true weights; of those that are no answer some may be left out."""
    rng = np.random.default_rng(seed)
    features, targets = [], []
    for _ in range(count):
        mine = rng.normal(size=(pieces + 1, WIDTH))
        scores = mine @ TRUE
        chosen = [int(rng.choice(pieces + 1, p=np.exp(each) / np.exp(each).sum())) for each in scores.T]
        told = np.zeros(pieces + 1, dtype=np.int64)
        told[0] = NONE + PIECES * pieces
        told[chosen[0]] += START
        told[chosen[1]] += END
        kept = np.ones(pieces + 1, dtype=bool)
        if drawn is not None:
            kept[1:] = False
            kept[1 + rng.permutation(pieces)[:drawn]] = True
            kept[chosen] = True
        order = np.flatnonzero(kept)
        order = np.roll(order, -1) if none_last else order
        features.append(mine[order])
        targets.append(told[order])
    return np.concatenate(features).astype(np.float32), np.concatenate(targets)


def weights_of(fit) -> np.ndarray:
    return fit.weight.T


@pytest.mark.parametrize("none_last", [False, True])
def test_the_weights_are_the_minimum_of_loss_and_penalty(none_last):
    features, targets = windows(60, 7, none_last=none_last)
    fit = fit_spans(features, targets, FitWish(strengths=(0.1,)))
    centred = features - features.mean(axis=0)
    scale = np.sqrt((centred**2).sum(axis=1).mean())

    def loss(flat: np.ndarray, part: int) -> float:
        logits = ((centred / scale) @ flat).reshape(60, 8)
        right = (targets & part > 0).reshape(60, 8)
        logs = logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))
        return float(-logs[right].sum() / 60 + 0.05 * (flat**2).sum())

    for side, part in enumerate((START, END)):
        expected = minimize(loss, np.zeros(WIDTH), args=(part,), tol=1e-10).x
        np.testing.assert_allclose(weights_of(fit)[:, side] * scale, expected, atol=5e-3)


def test_true_weights_are_found_from_all_pieces_and_from_some():
    for drawn in (None, 6):
        features, targets = windows(1500, 40, drawn=drawn)
        fit = fit_spans(features, targets, FitWish(strengths=(1e-6,)))
        np.testing.assert_allclose(weights_of(fit), TRUE, atol=0.25)


def test_a_penalty_is_chosen_by_rows_that_were_not_seen():
    features, targets = windows(80, 6)
    groups = np.repeat(np.arange(40), 14)
    fit = fit_spans(features, targets, FitWish(groups=groups))
    assert fit.strength in fit.losses
    assert fit.losses[fit.strength] == min(fit.losses.values())
    assert fit.row_losses.shape == targets.shape
    assert fit.row_losses.sum() == pytest.approx(80 * fit.losses[fit.strength])
    again = fit_spans(features, targets, FitWish(groups=groups))
    np.testing.assert_array_equal(again.weight, fit.weight)


def test_one_cluster_alone_is_fitted_without_folds():
    features, targets = windows(4, 5)
    fit = fit_spans(features, targets, FitWish(groups=np.zeros(len(targets), dtype=np.int64)))
    assert fit.row_losses is None
    assert np.isfinite(fit.weight).all()


def test_vectors_that_are_all_alike_tell_nothing_and_break_nothing():
    _, targets = windows(10, 5)
    fit = fit_spans(np.ones((len(targets), WIDTH), dtype=np.float32), targets, FitWish())
    np.testing.assert_array_equal(fit.weight, 0.0)
