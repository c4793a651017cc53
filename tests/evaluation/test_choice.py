"""Who wins, and when the evidence can't tell."""

from __future__ import annotations

import math

import numpy as np
import pytest

from headstart import registry
from headstart.core.predictions import Predictions
from headstart.evaluation.choice import Standing, choose, standings
from tests.evaluation.paired import error_of

ROWS = 400
GOLD = np.random.default_rng(0).integers(0, 2, ROWS)
ACCURACY = registry.build("metrics", "accuracy", {})


def right_on(share: float, seed: int) -> Predictions:
    right = np.random.default_rng(seed).random(ROWS) < share
    return Predictions(classes=("no", "yes"), labels=np.where(right, GOLD, 1 - GOLD))


def stand(*models: Predictions, groups: np.ndarray | None = None) -> tuple[Standing, ...]:
    where = np.arange(ROWS) if groups is None else groups
    return standings(models, metric=ACCURACY, gold=GOLD, groups=where, seed=0)


def test_the_error_is_that_of_a_paired_difference():
    first, second = right_on(0.9, 1), right_on(0.88, 2)
    found = stand(first, second)
    moved = (first.labels == GOLD).astype(float) - (second.labels == GOLD)
    worse = max(found, key=lambda each: each.behind)
    assert worse.behind == pytest.approx(abs(moved.mean()))
    assert worse.error == pytest.approx(error_of(moved))


def test_alike_models_are_equal_and_much_worse_ones_beaten():
    best, same, worse = stand(right_on(0.9, 1), right_on(0.9, 1), right_on(0.6, 2))
    assert best.behind == same.behind == 0
    assert best.equal
    assert same.equal
    assert not best.beaten
    assert worse.beaten
    assert not worse.equal


def test_rows_of_one_cluster_count_once():
    alone = stand(right_on(0.9, 1), right_on(0.85, 2))[1].error
    paired = stand(right_on(0.9, 1), right_on(0.85, 2), groups=np.arange(ROWS) // 4)[1].error
    twice = standings(
        [joined_twice(right_on(0.9, 1)), joined_twice(right_on(0.85, 2))],
        metric=ACCURACY,
        gold=np.concatenate([GOLD, GOLD]),
        groups=np.concatenate([np.arange(ROWS)] * 2),
        seed=0,
    )[1].error
    assert paired != alone
    assert twice == pytest.approx(alone, rel=0.02)


def joined_twice(one: Predictions) -> Predictions:
    return Predictions(classes=one.classes, labels=np.concatenate([one.labels, one.labels]))


def test_less_is_better_where_the_metric_says_so():
    sure = np.where(GOLD[:, None] == np.arange(2), 0.9, 0.1)
    unsure = np.full((ROWS, 2), 0.5)
    metric = registry.build("metrics", "log_loss", {})
    models = [Predictions(classes=("no", "yes"), probabilities=each) for each in (unsure, sure)]
    worse, best = standings(models, metric=metric, gold=GOLD, groups=np.arange(ROWS), seed=0)
    assert best.behind == 0
    assert worse.behind == pytest.approx(math.log(0.9 / 0.5))
    assert worse.beaten


def standing(behind: float, error: float) -> Standing:
    return Standing(score=0.9 - behind, behind=behind, error=error, merit=-behind)


@pytest.mark.parametrize(
    ("behind", "run_costs", "winner"),
    [
        # The cheapest of those that can't be told apart wins, not the best.
        ((0.0, 0.004, 0.02), (10.0, 1.0, 1.0), 1),
        # What is clearly behind does not win by being cheap.
        ((0.0, 0.02, 0.02), (10.0, 1.0, 1.0), 0),
        # Costs that differ by less than measuring them does are the same.
        ((0.0, 0.004, 0.003), (1.3, 1.0, 1.2), 0),
        ((0.004, 0.0, 0.003), (1.0, 1.0, 9.0), 1),
    ],
)
def test_the_cheapest_of_equals_wins(behind, run_costs, winner):
    assert choose([standing(each, 0.005) for each in behind], run_costs) == winner


def test_without_an_error_the_best_wins():
    assert choose([standing(0.0, math.nan), standing(0.001, math.nan)], (5.0, 1.0)) == 0


def test_more_than_scores_may_decide_between_equals():
    models = [right_on(0.9, 1), right_on(0.895, 2), right_on(0.6, 3)]
    told = []

    def weigh(scores, covariance, clusters):
        told.append((scores, covariance, clusters))
        return np.array([0.0, 1.0, 2.0])

    found = standings(models, metric=ACCURACY, gold=GOLD, groups=np.arange(ROWS) // 2, seed=0, weigh=weigh)
    (scores, covariance, clusters) = told[0]
    assert clusters == ROWS // 2
    assert scores.tolist() == [each.score for each in found]
    right = (models[2].labels == GOLD).reshape(-1, 2).mean(axis=1)
    assert covariance[2, 2] == pytest.approx(right.var(ddof=1) / clusters, rel=0.01)
    assert choose(found, (1.0, 1.2, 1.0)) == 1
    assert choose(stand(*models), (1.0, 1.2, 1.0)) == 0
