"""A refit that went as its folds went is kept, and one that failed is not."""

from __future__ import annotations

import math

import numpy as np
import pytest

from headstart.evaluation.refit_range import refit_in_range

FOLDS = (0.21, 0.24, 0.19, 0.26, 0.22)


@pytest.mark.parametrize("loss", [*FOLDS, 0.17, 0.30])
def test_what_lies_among_the_folds_or_near_them_is_in_range(loss):
    assert refit_in_range(FOLDS, loss)


@pytest.mark.parametrize("loss", [0.693, 1.386, 0.02, math.nan, math.inf])
def test_a_failed_training_is_not(loss):
    assert not refit_in_range(FOLDS, loss)


def test_losses_near_nought_are_all_the_same():
    assert refit_in_range((0.001, 0.004, 0.002), 0.0)
    assert refit_in_range((0.001, 0.004, 0.002), 0.012)
    assert not refit_in_range((0.001, 0.004, 0.002), 0.3)


@pytest.mark.parametrize("folds", [(), (0.2,), (math.nan, 0.2)])
def test_fewer_than_two_folds_say_nothing(folds):
    assert refit_in_range(folds, 5.0)
    assert not refit_in_range(folds, math.nan)


def test_folds_that_failed_are_passed_over():
    assert refit_in_range((*FOLDS, math.nan, math.inf), 0.2)


def test_two_folds_far_apart_allow_no_more_than_three_fifths():
    assert refit_in_range((0.1, 0.4), 0.6)
    assert not refit_in_range((0.1, 0.4), 1.0)


@pytest.mark.parametrize("folds", [3, 5, 10])
@pytest.mark.parametrize("deviation", [0.02, 0.1, 0.2])
def test_sound_refits_are_seldom_turned_away_and_failed_ones_nearly_always(folds, deviation):
    """Losses of sound fits spread log-normally around 0.3; a failed binary training ends at ln 2."""
    rng = np.random.default_rng(folds)
    kept, caught, draws = 0, 0, 400
    for _ in range(draws):
        losses = 0.3 * np.exp(deviation * rng.standard_normal(folds + 1))
        kept += refit_in_range(losses[:-1].tolist(), float(losses[-1]))
        caught += not refit_in_range(losses[:-1].tolist(), math.log(2))
    assert kept / draws >= 0.98
    if deviation < 0.2:
        assert caught / draws >= 0.9
