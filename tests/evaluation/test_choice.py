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


def weighed(*merits: float, together: float = 0.0):
    """A way to weigh that knows what models are worth, and how far each may be off."""

    def weigh(scores, covariance, clusters):
        told.append((scores, covariance, clusters))
        count = len(scores)
        return np.array(merits), np.full((count, count), together) + (1.0 - together) * np.eye(count)

    told: list = []
    return weigh, told


MODELS = [right_on(0.9, 1), right_on(0.895, 2), right_on(0.6, 3)]


def stand_weighed(*merits: float, together: float = 0.0) -> tuple[Standing, ...]:
    weigh, _ = weighed(*merits, together=together)
    return standings(MODELS, metric=ACCURACY, gold=GOLD, groups=np.arange(ROWS) // 2, seed=0, weigh=weigh)


def test_what_weighs_is_told_the_scores_their_covariance_and_the_clusters():
    weigh, told = weighed(0.0, 1.0, 2.0)
    found = standings(MODELS, metric=ACCURACY, gold=GOLD, groups=np.arange(ROWS) // 2, seed=0, weigh=weigh)
    (scores, covariance, clusters) = told[0]
    assert clusters == ROWS // 2
    assert scores.tolist() == [each.score for each in found]
    right = (MODELS[2].labels == GOLD).reshape(-1, 2).mean(axis=1)
    assert covariance[2, 2] == pytest.approx(right.var(ddof=1) / clusters, rel=0.01)


def test_what_is_known_decides_with_the_scores_and_not_between_equals_alone():
    # By its score the third is far behind; where it is known to be the best, it stands first all the same.
    found = stand_weighed(0.0, 1.0, 9.0)
    assert [each.behind for each in found] == [9.0, 8.0, 0.0]
    assert [each.error for each in found] == pytest.approx([2**0.5, 2**0.5, 0.0])
    assert [each.beaten for each in found] == [True, True, False]
    assert choose(found, (1.0, 1.0, 9.0)) == 2
    assert choose(stand(*MODELS), (1.0, 1.2, 1.0)) == 0


def test_of_those_that_may_be_worth_as_much_the_cheapest_wins():
    found = stand_weighed(0.0, 1.0, 2.0)
    assert [each.equal for each in found] == [False, True, True]
    assert choose(found, (1.0, 1.0, 9.0)) == 1
    assert choose(found, (1.0, 1.0, 1.2)) == 2
    # What errs together can be told apart more surely.
    assert not any(each.equal for each in stand_weighed(0.0, 1.0, 2.0, together=0.9)[:2])
