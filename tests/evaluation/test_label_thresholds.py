"""Thresholds of labels, set on dev rows."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import f1_score

from headstart import registry
from headstart.core.predictions import Predictions
from headstart.evaluation.decide import Wish, decide
from headstart.evaluation.label_thresholds import best_threshold, decide_labels


@pytest.mark.parametrize("seed", range(5))
def test_no_threshold_has_a_better_f1(seed):
    rng = np.random.default_rng(seed)
    gold = rng.random(60) < 0.3
    scores = np.clip(0.3 * gold + rng.normal(0.3, 0.15, 60), 0, 1).round(2)
    found = f1_score(gold, scores >= best_threshold(scores, gold))
    every = [f1_score(gold, scores >= each) for each in np.unique(scores)]
    assert found == pytest.approx(max(every))


def test_of_equal_thresholds_the_one_nearest_a_half_is_taken():
    scores, gold = np.array([0.9, 0.8, 0.1, 0.05]), np.array([True, True, False, False])
    assert best_threshold(scores, gold) == pytest.approx(0.45)


def test_rare_labels_share_a_threshold():
    rng = np.random.default_rng(0)
    gold = np.column_stack([rng.random(200) < share for share in (0.4, 0.3, 0.01)]).astype(float)
    scores = np.clip(0.25 + 0.3 * gold + rng.normal(scale=0.1, size=gold.shape), 0, 1)
    found = decide_labels(scores, gold)
    assert gold[:, 2].sum() < 10
    assert found.thresholds[2] == pytest.approx(best_threshold(scores.ravel(), gold.ravel() > 0.5))
    assert found.thresholds[0] == pytest.approx(best_threshold(scores[:, 0], gold[:, 0] > 0.5))


def test_thresholds_decide_which_labels_a_row_gets():
    raw = Predictions(
        classes=("a", "b"),
        chosen=np.zeros((2, 2), dtype=bool),
        probabilities=np.array([[0.4, 0.7], [0.2, 0.9]]),
    )
    gold = np.array([[1.0, 0.0], [0.0, 1.0]])
    rule = decide(raw, gold, Wish(), metric=registry.build("metrics", "label_micro_f1", {}))
    assert rule.apply(raw).answers == [["a"], ["b"]] or rule.thresholds == (rule.thresholds[0],) * 2
    from dataclasses import replace

    set_by_hand = replace(rule, thresholds=(0.3, 0.8))
    assert set_by_hand.apply(raw).answers == [["a"], ["b"]]


def test_nothing_is_decided_on_no_rows():
    assert decide_labels(np.zeros((0, 2)), np.zeros((0, 2))).thresholds is None
