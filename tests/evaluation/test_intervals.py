"""95 % intervals from influences."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from headstart.evaluation.intervals import simultaneous_factor, single_factor, standard_errors


def correlated(blocks, correlations, seed=0):
    """Columns whose sample correlations are exactly these."""
    rng = np.random.default_rng(seed)
    raw = rng.normal(size=(blocks, len(correlations)))
    raw -= raw.mean(axis=0)
    white = raw @ np.linalg.inv(np.linalg.cholesky(np.cov(raw.T))).T
    return white @ np.linalg.cholesky(np.asarray(correlations)).T


def parted(won, lost, rows):
    """Influences on a difference of accuracies: rows that one model alone has right, and all others."""
    each = np.concatenate([np.ones(won), -np.ones(lost), np.zeros(rows - won - lost)])
    return (each - each.mean())[:, None]


@pytest.mark.parametrize(("won", "lost"), [(6, 2), (12, 9), (30, 10)])
def test_of_two_accuracies_it_is_the_interval_of_agresti_and_min(won, lost):
    rows = 200
    # Half a row is added to each of the four cells.
    share = (won - lost) / (rows + 2)
    expected = np.sqrt(((won + lost + 1) / (rows + 2) - share**2) / (rows + 2))
    assert standard_errors(parted(won, lost, rows))[0] == pytest.approx(expected, rel=0.025)


def test_on_a_mean_of_many_rows_it_is_students_interval():
    rows = np.random.default_rng(0).choice([-1.0, 0.0, 1.0], size=2000, p=[0.05, 0.85, 0.1])
    half = single_factor(2000) * standard_errors((rows - rows.mean())[:, None])[0]
    low, high = stats.ttest_1samp(rows, 0.0).confidence_interval(0.95)
    assert (rows.mean() - half, rows.mean() + half) == pytest.approx((low, high), abs=0.0001)


@pytest.mark.parametrize("blocks", [20, 200])
@pytest.mark.parametrize("correlation", [0.0, 0.5, 0.9])
def test_together_they_hold_with_the_probability_they_claim(blocks, correlation):
    shape = np.full((3, 3), correlation) + (1 - correlation) * np.eye(3)
    factor = simultaneous_factor(correlated(blocks, shape), seed=0)
    world = stats.multivariate_t(shape=shape, df=blocks - 1, seed=1)
    assert world.cdf([factor] * 3, lower_limit=[-factor] * 3) == pytest.approx(0.95, abs=0.004)


def test_two_equal_comparisons_need_no_more_than_one():
    column = np.random.default_rng(0).normal(size=(100, 1))
    assert simultaneous_factor(np.hstack([column, column]), seed=0) == pytest.approx(
        single_factor(100), rel=0.02
    )


def test_a_comparison_that_never_moves_is_left_out():
    column = np.random.default_rng(0).normal(size=(100, 1))
    still = np.hstack([column, np.zeros((100, 1))])
    assert simultaneous_factor(still, seed=0) == single_factor(100)
    assert simultaneous_factor(np.zeros((100, 2)), seed=0) == single_factor(100)
    assert standard_errors(still)[1] == 0.0


def test_one_block_tells_nothing():
    assert np.isnan(standard_errors(np.zeros((1, 2)))).all()


def test_an_undefined_influence_gives_an_undefined_error_and_spoils_no_other():
    columns = np.random.default_rng(0).normal(size=(50, 2))
    columns[3, 0] = np.nan
    assert np.isnan(standard_errors(columns)).tolist() == [True, False]
    assert simultaneous_factor(columns, seed=0) == single_factor(50)
