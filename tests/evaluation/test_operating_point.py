"""Thresholds set on dev rows."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import precision_score, recall_score

from headstart.errors import SettingError
from headstart.evaluation.operating_point import choose_threshold


def drawn(rows=500, seed=0):
    rng = np.random.default_rng(seed)
    gold = rng.random(rows) < 0.4
    return 1 / (1 + np.exp(-(rng.normal(size=rows) + 2.0 * gold - 1.0))), gold


@pytest.mark.parametrize("precision", [0.5, 0.8, 0.9])
def test_finds_most_rows_with_the_precision_asked_for(precision):
    scores, gold = drawn()
    point = choose_threshold(scores, gold, precision=precision)
    chosen = scores >= point.threshold
    assert point.reached
    assert point.precision == pytest.approx(precision_score(gold, chosen))
    assert point.recall == pytest.approx(recall_score(gold, chosen))
    assert point.precision >= precision
    for lower in np.unique(scores[scores < point.threshold]):
        taken = scores >= lower
        assert gold[taken].sum() / (taken.sum() + 1) < precision


def test_a_lucky_row_does_not_set_the_threshold():
    point = choose_threshold(np.array([0.9, 0.5, 0.4]), np.array([True, False, False]), precision=0.9)
    assert not point.reached


def test_what_cannot_be_reached_is_told_with_the_nearest():
    scores, gold = drawn()
    point = choose_threshold(scores, np.random.default_rng(1).permutation(gold), precision=0.99)
    assert not point.reached
    assert 0 < point.precision <= 1


def test_rows_of_one_probability_are_chosen_together():
    scores = np.array([0.9] * 10 + [0.7] * 10)
    gold = np.array([True] * 10 + [True] * 5 + [False] * 5)
    assert choose_threshold(scores, gold, precision=0.9).threshold == 0.9


@pytest.mark.parametrize("gold", [np.zeros(20, dtype=bool), np.ones(20, dtype=bool)])
def test_one_class_alone(gold):
    point = choose_threshold(np.linspace(0, 1, 20), gold, precision=0.9)
    assert point.reached is bool(gold.all())
    assert np.isfinite(point.threshold)


@pytest.mark.parametrize("precision", [-0.1, 1.1, float("nan")])
def test_what_is_no_share_is_refused(precision):
    with pytest.raises(SettingError, match="between 0 and 1"):
        choose_threshold(np.array([0.5]), np.array([True]), precision=precision)


def test_no_dev_rows_are_refused():
    with pytest.raises(SettingError, match="dev rows"):
        choose_threshold(np.zeros(0), np.zeros(0, dtype=bool), precision=0.9)
