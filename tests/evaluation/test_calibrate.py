"""One temperature that makes confidence honest."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import minimize_scalar
from scipy.special import logsumexp, softmax
from sklearn.metrics import log_loss

from headstart.core.decision import Decision
from headstart.core.predictions import Predictions
from headstart.evaluation.calibrate import fit_temperature


def drawn(rows=4000, classes=4, sharpness=1.0, seed=0):
    """Labels drawn from true probabilities, and those probabilities made too sure or too shy."""
    rng = np.random.default_rng(seed)
    logits = 1.5 * rng.normal(size=(rows, classes))
    gold = np.array([rng.choice(classes, p=each) for each in softmax(logits, axis=1)])
    return softmax(logits * sharpness, axis=1), gold


@pytest.mark.parametrize("sharpness", [0.05, 0.4, 1.0, 2.5])
def test_finds_the_factor_that_was_put_in(sharpness):
    probabilities, gold = drawn(sharpness=sharpness)
    assert fit_temperature(probabilities, gold) == pytest.approx(sharpness, rel=0.1)


def test_no_other_temperature_has_less_loss():
    probabilities, gold = drawn(rows=500, sharpness=2.0)

    def loss(temperature):
        told = Decision(temperature=temperature).apply(
            Predictions(labels=probabilities.argmax(axis=1), probabilities=probabilities)
        )
        return log_loss(gold, told.probabilities, labels=range(4))

    best = fit_temperature(probabilities, gold)
    others = [loss(best * factor) for factor in (0.5, 0.8, 0.95, 1.05, 1.25, 2.0)]
    assert loss(best) <= min(others)


def test_few_rows_leave_things_as_they_are():
    probabilities, gold = drawn(rows=49, sharpness=3.0)
    assert fit_temperature(probabilities, gold) == 1.0


def test_rows_that_are_all_right_do_not_ask_for_certainty():
    probabilities = np.tile([0.6, 0.4], (100, 1))
    temperature = fit_temperature(probabilities, np.zeros(100, dtype=int))
    assert 0.02 < temperature < 1.0
    assert softmax(np.log(probabilities[0]) / temperature).max() < 0.99999


@pytest.mark.parametrize(
    "probabilities", [np.full((100, 2), 0.5), np.tile([1.0, 0.0], (100, 1)), np.full((100, 2), np.nan)]
)
def test_odd_probabilities_give_a_usable_temperature(probabilities):
    temperature = fit_temperature(probabilities, np.arange(100) % 2)
    assert 0.01 <= temperature <= 100.0


def test_rows_of_no_known_class_are_left_out():
    probabilities, gold = drawn(sharpness=2.0)
    extra = np.concatenate([probabilities, probabilities[:50]])
    unknown = np.concatenate([gold, np.full(50, -1)])
    assert fit_temperature(extra, unknown) == pytest.approx(fit_temperature(probabilities, gold))


@pytest.mark.parametrize("sharpness", [0.3, 2.5])
def test_it_is_where_the_loss_as_it_is_written_down_is_least(sharpness):
    probabilities, gold = drawn(rows=300, sharpness=sharpness)
    logits = np.log(probabilities)

    def loss(logarithm):
        scaled = logits / np.exp(logarithm)
        return (logsumexp(scaled, axis=1) - scaled[np.arange(300), gold]).sum() + logarithm**2 / 8

    best = minimize_scalar(loss, bounds=(np.log(0.01), np.log(100)), method="bounded").x
    assert fit_temperature(probabilities, gold) == pytest.approx(np.exp(best), rel=1e-6)
