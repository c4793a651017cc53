"""What the second half of the training rows brought, and how far its intervals can be relied on."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from headstart import registry
from headstart.core.evaluation import Growth, Score
from headstart.core.learning_curve import Forecast, LearningCurve
from headstart.core.predictions import Predictions
from headstart.evaluation.growth import measure_growth
from headstart.evaluation.growth_note import growth_note, unmeasured_note
from headstart.wording import expectation
from tests.evaluation.paired import interval_of

ACCURACY, LOG_LOSS = registry.load("metrics", "accuracy")(), registry.load("metrics", "log_loss")()


def answers(gold, right):
    """Predictions that are right where told, and as sure of it as can be told from that."""
    labels = np.where(right, gold, 1 - gold)
    positive = np.where(labels == 1, 0.9, 0.1)
    return Predictions(
        classes=("no", "yes"), labels=labels, probabilities=np.column_stack([1 - positive, positive])
    )


def measured(right, *, metric=ACCURACY, gold=None, groups=None):
    """Growth from four lines of right and wrong: winner on half and all, baseline on half and all."""
    rows = len(right[0])
    gold = np.zeros(rows, dtype=np.int64) if gold is None else gold
    models = [answers(gold, each) for each in right]
    return measure_growth(
        metric=metric,
        gold=gold,
        winner=(models[0], models[1]),
        baseline=(models[2], models[3]),
        groups=np.arange(rows) if groups is None else groups,
        train_rows=(500, 1000),
        seed=0,
    )


def test_gain_and_lead_equal_the_paired_interval_of_a_mean():
    rng = np.random.default_rng(0)
    right = rng.random((4, 150)) < np.array([0.7, 0.8, 0.6, 0.75])[:, None]
    growth = measured(right)
    half, whole, base_half, base_whole = right.astype(float)
    for found, changes in (
        (growth.gain, whole - half),
        (growth.lead, whole - half - base_whole + base_half),
    ):
        assert found.value == pytest.approx(changes.mean())
        assert (found.low, found.high) == pytest.approx(interval_of(changes))
    assert (growth.half_rows, growth.rows, growth.dev_rows) == (500, 1000, 150)


def test_a_loss_that_fell_is_a_gain():
    rng = np.random.default_rng(1)
    half, base = rng.random((2, 100)) < 0.7
    whole = half | (rng.random(100) < 0.5)
    growth = measured([half, whole, base, base], metric=LOG_LOSS)
    assert growth.gain.value == pytest.approx((whole.mean() - half.mean()) * math.log(9))
    assert growth.lead.value == pytest.approx(growth.gain.value)
    assert growth.gain.low > 0


def test_copies_of_a_row_tell_no_more_than_the_row():
    rng = np.random.default_rng(2)
    right = rng.random((4, 60)) < 0.7
    once = measured(right)
    copied = measured(np.repeat(right, 3, axis=1), groups=np.repeat(np.arange(60), 3))
    assert copied.gain == once.gain
    assert copied.lead == once.lead


def test_fits_that_agree_on_every_row_gained_nothing():
    right = np.arange(50) % 3 > 0
    growth = measured([right] * 4)
    assert growth.gain == growth.lead == Score(value=0, low=0, high=0)


def test_one_cluster_alone_has_no_interval():
    rng = np.random.default_rng(3)
    growth = measured(rng.random((4, 40)) < 0.7, groups=np.zeros(40, dtype=np.int64))
    assert math.isnan(growth.gain.low)


@pytest.mark.parametrize("metric", [ACCURACY, LOG_LOSS])
def test_the_intervals_hold_the_truth_as_often_as_they_say(metric):
    """What makes a row hard is half shared by the fits; every third row comes with a near-duplicate."""
    rng, draws, clusters = np.random.default_rng(4), 400, 120
    shares = np.array([0.72, 0.78, 0.66, 0.70])
    unit = 1.0 if metric is ACCURACY else math.log(9)
    truth = {
        "gain": unit * (shares[1] - shares[0]),
        "lead": unit * (shares[1] - shares[0] - shares[3] + shares[2]),
    }
    held = dict.fromkeys(truth, 0)
    for _ in range(draws):
        shared = rng.standard_normal(clusters)
        own = rng.standard_normal((4, clusters))
        right = (shared + own) / math.sqrt(2) < stats.norm.ppf(shares)[:, None]
        groups = np.repeat(np.arange(clusters), np.where(np.arange(clusters) % 3 == 0, 2, 1))
        growth = measured(right[:, groups], metric=metric, gold=groups % 2, groups=groups)
        for name, value in truth.items():
            found = getattr(growth, name)
            held[name] += found.low <= value <= found.high
    # Two standard errors of such a simulation are 2.2 points.
    for name, hits in held.items():
        assert 0.925 <= hits / draws <= 0.98, name


GREW = Growth(
    half_rows=640,
    rows=1280,
    dev_rows=320,
    gain=Score(value=0.012, low=-0.003, high=0.027),
    lead=Score(value=0.004, low=-0.01, high=0.018),
)


def told(growth, metric="macro_f1", margin=0.01):
    return growth_note(growth, metric=metric, winner="probe", baseline="tfidf", margin=margin)


def test_the_note_tells_the_last_doubling_and_bounds_the_next():
    assert told(GREW) == (
        "From 640 training rows to all 1,280, probe gained 1.2 points of macro-F1 on 320 dev rows (95 % "
        "interval \N{MINUS SIGN}0.3 to +2.7); its lead over tf-idf changed by +0.4 (\N{MINUS SIGN}1.0 to "
        "+1.8). Learning curves flatten, so twice the rows may be expected to bring as much or less, perhaps "
        "nothing, and no more than that to the lead. This is an expectation, no promise: the winner was "
        "chosen on these dev rows, which flatters its gain."
    )


def test_a_curve_of_single_fits_says_so():
    curve = LearningCurve(
        model="winner",
        points=(),
        level=0.8,
        twice=Forecast(rows=200, value=0.8, low=0.7, high=0.9, gain=0.1, gain_low=0.0, gain_high=0.2),
        five_times=Forecast(rows=500, value=0.9, low=0.8, high=1.0, gain=0.1, gain_low=0.0, gain_high=0.2),
        fan=(),
        single=True,
    )
    assert expectation(curve, "full", "accuracy").startswith("With twice the labels, a single fit of full is")
    member = replace(curve, of="probe")
    assert expectation(member, "soup", "accuracy").startswith(
        "With twice the labels, probe alone is expected"
    )


def test_the_note_tells_what_more_labels_are_expected_to_give():
    twice = Forecast(rows=3200, value=0.871, low=0.85, high=0.89, gain=0.01, gain_low=0.0, gain_high=0.02)
    five_times = replace(twice, rows=8000, value=0.893, low=0.861, high=0.915)
    curve = LearningCurve(
        model="winner", points=(), level=0.8, twice=twice, five_times=five_times, fan=(twice, five_times)
    )
    text = told(replace(GREW, curves=(curve,)))
    assert (
        "With twice the labels, probe is expected to reach macro-F1 0.871 (80 % interval 0.850 to 0.890), "
        "with five times 0.893 (0.861 to 0.915). This is an expectation, no promise"
    ) in text
    assert "flatten" not in text
    assert "flatten" in told(replace(GREW, curves=(replace(curve, model="tfidf"),)))


@pytest.mark.parametrize(
    ("gain", "said"),
    [
        (Score(value=0.03, low=0.01, high=0.05), "may be expected to bring as much or less, and no more"),
        (Score(value=0.03, low=-0.01, high=0.07), "as much or less, perhaps nothing, and"),
        (Score(value=0.002, low=-0.004, high=0.008), "not expected to bring as much as 1 point"),
        (Score(value=-0.01, low=-0.04, high=0.02), "No gain was seen"),
        (Score(value=-0.03, low=-0.05, high=-0.01), "not expected to bring as much as 1 point"),
    ],
)
def test_the_outlook_follows_the_interval(gain, said):
    assert said in told(replace(GREW, gain=gain))


def test_a_loss_reads_as_one_and_few_rows_are_called_few():
    text = told(replace(GREW, dev_rows=90, gain=Score(value=-0.021, low=-0.05, high=0.008)))
    assert "probe lost 2.1 points of macro-F1 on 90 dev rows" in text
    assert "rough with so few rows" in text
    assert "rough" not in told(GREW)


def test_what_was_not_measured_says_why():
    assert unmeasured_note("it takes 8 s, and 2 s were left.") == (
        "What more training rows would bring was not measured: it takes 8 s, and 2 s were left."
    )
