"""Stacking against a general minimiser, and honest with few rows."""

from __future__ import annotations

import numpy as np
import torch
from scipy.optimize import minimize

from headstart.train.stacking import PULL, stack, stacked_out_of_fold


def models(rows: int, *noises: float, classes: int = 3, seed: int = 0):
    """Log-probabilities of models whose logits are the truth with noise of these sizes."""
    rng = np.random.default_rng(seed)
    targets = np.arange(rows) % classes
    truth = 2.0 * np.eye(classes)[targets]
    logits = np.stack([truth + noise * rng.normal(size=truth.shape) for noise in noises])
    found = torch.log_softmax(torch.from_numpy(logits), dim=2)
    return found, torch.from_numpy(targets), torch.from_numpy(rng.uniform(0.5, 2.0, rows))


def objective(point, outputs, targets, weights):
    mixed = np.tensordot(np.exp(point), outputs, axes=1)
    mixed = mixed - np.log(np.exp(mixed).sum(axis=1, keepdims=True))
    losses = -mixed[np.arange(len(targets)), targets]
    return np.average(losses, weights=weights) + PULL * np.square(point + np.log(len(outputs))).sum()


def test_the_shares_are_those_of_a_general_minimiser():
    outputs, targets, weights = models(300, 0.8, 1.5, 3.0)
    shares = stack(outputs, targets, weights)
    plain = [each.numpy() for each in (outputs, targets, weights)]
    peer = minimize(objective, np.full(3, -np.log(3)), args=tuple(plain), tol=1e-12)
    np.testing.assert_allclose(shares, np.exp(peer.x), atol=1e-3)
    assert shares[0] > shares[1] > shares[2] > 0


def test_two_models_that_err_apart_beat_each():
    outputs, targets, weights = models(600, 1.5, 1.5)
    held = torch.arange(600) % 5
    both = stacked_out_of_fold(outputs, targets, weights, held=held)
    rows = torch.arange(600)
    losses = [-(each[rows, targets] * weights).mean() for each in (*outputs, both)]
    assert losses[2] < 0.95 * min(losses[:2])
    torch.testing.assert_close(both.exp().sum(dim=1), torch.ones(600, dtype=both.dtype))


def test_few_rows_do_not_vouch_for_themselves():
    rng = np.random.default_rng(0)
    outputs = torch.log_softmax(torch.from_numpy(rng.normal(size=(6, 12, 2))), dim=2)
    targets, weights = torch.from_numpy(rng.integers(0, 2, 12)), torch.ones(12, dtype=torch.float64)
    inside = torch.einsum("m,mrc->rc", stack(outputs, targets, weights).double(), outputs)
    outside = stacked_out_of_fold(outputs, targets, weights, held=torch.arange(12) % 4)
    rows = torch.arange(12)
    assert -outside[rows, targets].mean() > -torch.log_softmax(inside, dim=1)[rows, targets].mean()
