"""Forecasts of learning curves: held to a plain simulation, monotone, and sensible at the edges."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from headstart import registry
from headstart.core.learning_curve import CurvePoint
from headstart.evaluation.learning_curve import PRIOR, Measured, forecast

ACCURACY, LOG_LOSS = registry.load("metrics", "accuracy")(), registry.load("metrics", "log_loss")()
SEEN = [(100, 0.70, 0.02), (200, 0.76, 0.02), (400, 0.80, 0.015)]


def measured(seen, metric=ACCURACY, **told):
    points = [CurvePoint(rows=rows, score=score, error=error) for rows, score, error in seen]
    return Measured.of(points, metric, **told)


def simulated(data, size, *, draws=400_000):
    """Score of a fit on `size` rows, by weighing curves drawn from the prior: another road to the same."""
    rng = np.random.default_rng(0)
    exponent = stats.lognorm(PRIOR.spread, scale=PRIOR.exponent).rvs(draws, random_state=rng)
    floor = stats.beta(PRIOR.floor_a, PRIOR.floor_b).rvs(draws, random_state=rng)
    level = rng.uniform(0, 3 * data.losses.max(), draws)
    times = data.rows / data.rows.max()
    curves = level[:, None] * (floor[:, None] + (1 - floor[:, None]) * times ** -exponent[:, None])
    wobble = PRIOR.misfit(times) * data.losses
    noise = data.covariance + np.diag(wobble**2 + 0.001**2)
    weights = stats.multivariate_normal(cov=noise).pdf(data.losses - curves)
    ahead = level * (floor + (1 - floor) * (size / data.rows.max()) ** -exponent)
    single = ahead * (1 + PRIOR.misfit(size / data.rows.max()) * rng.standard_normal(draws))
    kinds = {"weights": weights, "method": "inverted_cdf"}
    value = 1 - np.quantile(ahead, 0.5, **kinds)
    high, low = 1 - np.quantile(single, [0.1, 0.9], **kinds)
    gain = np.quantile(level - ahead, [0.1, 0.5, 0.9], **kinds)
    return value, low, high, gain


@pytest.mark.parametrize("seen", [SEEN, SEEN[1:], [(60, 0.6, 0.05), (120, 0.7, 0.04)]])
@pytest.mark.parametrize("size", [800, 2000])
def test_it_equals_a_plain_simulation_of_the_same_beliefs(seen, size):
    data = measured(seen)
    (found,) = forecast(data, [size])
    value, low, high, gain = simulated(data, size)
    assert (found.value, found.low, found.high) == pytest.approx((value, low, high), abs=0.004)
    assert (found.gain_low, found.gain, found.gain_high) == pytest.approx(gain, abs=0.004)


def test_errors_that_are_alike_tell_more_of_the_shape_than_errors_that_are_not():
    seen = [(100, 0.70, 0.03), (200, 0.76, 0.03), (400, 0.80, 0.03)]
    alike = 0.03**2 * (0.1 * np.eye(3) + 0.9)
    own, shared = (forecast(measured(seen, covariance=each), [2000])[0] for each in (None, alike))
    assert shared.gain_high - shared.gain_low < own.gain_high - own.gain_low


points = st.lists(
    st.tuples(st.integers(10, 100_000), st.floats(0.0, 1.0), st.floats(0.0, 0.2)),
    min_size=2,
    max_size=5,
    unique_by=lambda each: each[0],
)


@given(seen=points, uneven=st.sampled_from([0.0, 0.3, 1.0]))
def test_more_rows_are_never_expected_to_be_worse(seen, uneven):
    sizes = np.geomspace(5, 1_000_000, 12)
    found = forecast(measured(seen, uneven=uneven, error=0.01), sizes)
    values = [each.value for each in found]
    assert (np.diff(values) >= -1e-12).all()
    for each in found:
        assert each.low <= each.value <= each.high <= 1.0
        assert each.gain_low <= each.gain <= each.gain_high


@pytest.mark.parametrize("size", [800, 2000])
def test_what_classes_lack_comes_sooner_or_later_and_widens_the_interval_alone(size):
    """As a simulation in which that part of the loss goes its own way with every doubling."""
    (even,), (uneven,) = (forecast(measured(SEEN, uneven=each), [size]) for each in (0.0, 0.6))
    assert uneven.value == pytest.approx(even.value, abs=0.01)
    rng, doublings = np.random.default_rng(0), np.log2(size / 400)
    surprise = 0.6 * PRIOR.unsettled * doublings * rng.standard_normal(200_000)
    half = (1 - even.value) * np.quantile(surprise, 0.9)
    expected = np.hypot((even.high - even.low) / 2, half)
    assert (uneven.high - uneven.low) / 2 == pytest.approx(expected, rel=0.15)


def test_a_score_that_few_rows_will_measure_is_less_certain():
    exact, rough = (forecast(measured(SEEN, error=error), [800])[0] for error in (0.0, 0.03))
    assert rough.value == exact.value
    assert rough.gain == exact.gain
    assert rough.low < exact.low - 0.005
    assert rough.high > exact.high + 0.005


def test_a_metric_of_which_less_is_better_is_the_same_thing_upside_down():
    (up,) = forecast(measured(SEEN), [1600])
    (down,) = forecast(measured([(rows, 1 - score, error) for rows, score, error in SEEN], LOG_LOSS), [1600])
    assert (down.value, down.low, down.high) == pytest.approx((1 - up.value, 1 - up.high, 1 - up.low))
    assert (down.gain, down.gain_low) == pytest.approx((up.gain, up.gain_low))


def test_no_perplexity_below_that_of_who_is_always_sure_is_foretold():
    perplexity = registry.load("metrics", "perplexity")()
    seen = [(100, 1.30, 0.02), (200, 1.20, 0.02), (400, 1.12, 0.02)]
    for found in forecast(measured(seen, perplexity), [800, 2000, 100_000]):
        assert 1.0 <= found.low <= found.value < 1.12


def test_nothing_below_the_least_that_there_can_be_is_foretold():
    hardly = [(100, 0.01, 0.01), (200, 0.012, 0.01)]
    correlation = registry.load("metrics", "pearson")()
    for metric, worst in ((ACCURACY, 0.0), (registry.load("metrics", "chrf")(), 0.0), (correlation, -1.0)):
        whole = 100 * metric.unit
        seen = [(rows, worst + score * whole, error * whole) for rows, score, error in hardly]
        data = measured(seen, metric, error=0.5 * whole)
        free = forecast(replace(data, farthest=float("inf")), [400])[0]
        (found,) = forecast(data, [400])
        assert free.low < worst == found.low
        assert (found.value, found.high) == (free.value, free.high)


def test_next_to_perfect_hardly_anything_is_left_to_gain():
    (found,) = forecast(measured([(500, 0.996, 0.002), (1000, 0.998, 0.0015)]), [5000])
    assert 0.996 < found.value <= found.high <= 1.0
    assert found.gain_high < 0.004
    (perfect,) = forecast(measured([(500, 1.0, 0.0), (1000, 1.0, 0.0)]), [5000])
    assert perfect.low > 0.99


def test_scores_that_say_nothing_leave_the_prior():
    """With errors as large as all losses, the share of the loss that goes is what curves in general lose."""
    vague, surer = (
        forecast(measured([(100, 0.5, error), (200, 0.5, error)]), [400])[0] for error in (0.3, 0.01)
    )
    assert vague.gain > surer.gain
    assert vague.high - vague.low > surer.high - surer.low


def test_a_curve_that_has_flattened_promises_less_than_one_that_climbs():
    flat, climbing = (
        forecast(measured([(500, start, 0.004), (1000, 0.85, 0.004)]), [5000])[0] for start in (0.849, 0.80)
    )
    assert flat.gain_high < climbing.gain
    assert flat.value < climbing.value


def test_a_higher_level_is_wider():
    narrow, wide = (forecast(measured(SEEN), [2000], level=level)[0] for level in (0.5, 0.95))
    assert wide.low < narrow.low < narrow.high < wide.high
    assert wide.value == narrow.value


def test_the_interval_holds_as_often_as_it_says_when_curves_are_as_believed():
    rng, held, draws = np.random.default_rng(1), 0, 400
    rows = np.array([120.0, 240.0, 480.0])
    for _ in range(draws):
        exponent, floor = PRIOR.exponent * np.exp(PRIOR.spread * rng.standard_normal()), 0.0
        floor = rng.beta(PRIOR.floor_a, PRIOR.floor_b)
        level = rng.uniform(0.1, 0.4)
        sizes = np.append(rows, 1920.0)
        curve = level * (floor + (1 - floor) * (sizes / 480.0) ** -exponent)
        fits = curve * (1 + PRIOR.misfit(sizes / 480.0) * rng.standard_normal(4))
        seen = fits[:3] + 0.015 * rng.standard_normal(3)
        (found,) = forecast(
            measured([(n, 1 - loss, 0.015) for n, loss in zip(rows, seen, strict=True)]), [1920]
        )
        held += found.low <= 1 - fits[3] <= found.high
    # Two standard errors of such a simulation are 4 points.
    assert 0.76 <= held / draws <= 0.85


@pytest.mark.parametrize(
    "seen",
    [
        [(100, 0.8, 0.01)],
        [(100, 0.8, 0.01), (100, 0.81, 0.01)],
        [(100, float("nan"), 0.01), (200, 0.8, 0.01)],
        [(100, 0.8, 0.01), (200, 0.8, float("nan"))],
        [(0, 0.8, 0.01), (200, 0.8, 0.01)],
    ],
)
def test_what_is_no_curve_is_refused(seen):
    with pytest.raises(ValueError, match="two sizes or more"):
        measured(seen)


def test_a_surer_prior_narrows_the_forecast():
    sure = replace(PRIOR, spread=PRIOR.spread / 5, wobble=PRIOR.wobble / 5)
    (usual,), (narrow,) = (forecast(measured(SEEN[1:]), [2000], prior=each) for each in (PRIOR, sure))
    assert narrow.high - narrow.low < usual.high - usual.low
