"""Factors for the axes of frozen vectors."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import spearmanr

from headstart.core.linear_fit import FitWish
from headstart.train.fit_scales import STRENGTHS, fit_scales
from headstart.train.pairwise_order import pairwise_order


def pairs(rows: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Vectors of which the first four numbers tell how alike two texts are; the others are loud noise."""
    rng = np.random.default_rng(seed)
    shared = rng.uniform(size=rows)
    first = rng.normal(size=(rows, 12)) * np.array([1.0] * 4 + [2.0] * 8)
    second = rng.normal(size=(rows, 12)) * np.array([1.0] * 4 + [2.0] * 8)
    second[:, :4] = shared[:, None] * first[:, :4] + (1 - shared[:, None]) * second[:, :4]
    features = np.stack([first, second], axis=1).reshape(2 * rows, 12).astype(np.float32)
    targets = np.column_stack([np.repeat(np.arange(rows), 2), np.repeat(shared, 2)]).astype(np.float32)
    return features, targets, shared


def order(features: np.ndarray, shared: np.ndarray) -> float:
    units = features / np.linalg.norm(features, axis=1, keepdims=True)
    return float(spearmanr((units[0::2] * units[1::2]).sum(axis=1), shared).statistic)


def test_it_finds_the_axes_that_matter():
    features, targets, _ = pairs(300)
    fit = fit_scales(features, targets, pairwise_order, wish=FitWish())
    unseen, _, shared = pairs(300, seed=1)
    assert order(unseen @ fit.weight.T + fit.bias, shared) > order(unseen, shared) + 0.15
    assert fit.strength in STRENGTHS
    assert set(fit.losses) == set(STRENGTHS)
    assert fit.strength == min(fit.losses, key=lambda each: fit.losses[each])


def test_a_strong_penalty_leaves_cosines_as_they_are():
    features, targets, _ = pairs(60)
    fit = fit_scales(features, targets, pairwise_order, wish=FitWish(strengths=(1e6,)))
    assert fit.strength == 1e6
    np.testing.assert_allclose(fit.weight @ fit.weight.T, np.eye(12), atol=1e-4)


def test_held_out_losses_are_told_of_every_text_and_clusters_stay_whole():
    features, targets, _ = pairs(90)
    twice = np.concatenate([features, features])
    told = np.concatenate([targets, targets + np.array([90.0, 0.0])]).astype(np.float32)
    groups = np.tile(np.repeat(np.arange(90), 2), 2)
    fit = fit_scales(twice, told, pairwise_order, wish=FitWish(groups=groups))
    assert fit.row_losses.shape == (360,)
    np.testing.assert_array_equal(fit.row_losses[0::2], fit.row_losses[1::2])
    assert np.isfinite(fit.row_losses).all()


@pytest.mark.parametrize("rows", [1, 2, 5])
def test_few_rows_choose_nothing_and_are_no_error(rows):
    features, targets, _ = pairs(rows)
    fit = fit_scales(features, targets, pairwise_order, wish=FitWish())
    assert fit.row_losses is None
    assert np.isfinite(fit.weight).all()


def test_the_seed_decides_everything():
    features, targets, _ = pairs(80)
    one, same = (fit_scales(features, targets, pairwise_order, wish=FitWish(seed=3)) for _ in range(2))
    np.testing.assert_array_equal(one.weight, same.weight)


def test_fewer_rows_than_numbers_in_a_vector():
    rng = np.random.default_rng(0)
    features = rng.normal(size=(40, 64)).astype(np.float32)
    targets = np.column_stack([np.repeat(np.arange(20), 2), np.repeat(rng.uniform(size=20), 2)])
    fit = fit_scales(features, targets.astype(np.float32), pairwise_order, wish=FitWish())
    assert fit.weight.shape == (64, 64)
    assert np.isfinite(fit.weight).all()
