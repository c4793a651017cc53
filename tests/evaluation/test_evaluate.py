"""Scores with intervals and comparisons."""

from __future__ import annotations

import importlib

import numpy as np
import pytest

from headstart import registry
from headstart.core.predictions import Predictions
from headstart.evaluation.evaluate import evaluate
from headstart.evaluation.other_metrics import other_metrics
from tests.contracts.metric_contract import MetricContract
from tests.evaluation.paired import interval_of

ROWS = 300
GOLD = np.random.default_rng(0).integers(0, 2, ROWS)


def model(share, seed):
    """Predictions right for about that share of rows, with probabilities to match."""
    rng = np.random.default_rng(seed)
    right = rng.random(ROWS) < share
    labels = np.where(right, GOLD, 1 - GOLD)
    sure = 0.5 + 0.49 * rng.random(ROWS)
    positive = np.where(labels == 1, sure, 1 - sure)
    return Predictions(
        classes=("no", "yes"), labels=labels, probabilities=np.column_stack([1 - positive, positive])
    )


MODELS = {
    "winner": model(0.9, 1),
    "untouched_base": model(0.7, 2),
    "majority": model(0.5, 3),
    "tfidf": model(0.8, 4),
}


def measured(metric="accuracy", models=MODELS, groups=None, seed=0, gold=GOLD):
    return evaluate(
        metric_name=metric,
        metric=registry.build("metrics", metric, {}),
        gold=gold,
        predictions=models,
        groups=np.arange(len(gold)) if groups is None else groups,
        not_measured={"zero_shot": "labels are numbers"},
        seed=seed,
    )


def test_every_model_has_a_score_and_every_baseline_a_comparison():
    found = measured()
    assert set(found.scores) == set(MODELS)
    assert set(found.comparisons) == {"majority", "tfidf"}
    assert found.rows == found.groups == ROWS
    assert found.not_measured == {"zero_shot": "labels are numbers"}


def test_a_correlation_may_be_below_nought_as_far_as_can_be_told():
    right = np.arange(ROWS) < 0.53 * ROWS
    weak = Predictions(classes=("no", "yes"), labels=np.where(right, GOLD, 1 - GOLD))
    score = measured("matthews", {"winner": weak, "tfidf": MODELS["tfidf"]}).scores["winner"]
    assert score.low < 0 < score.value < score.high
    assert score.value - score.low == pytest.approx(score.high - score.value)


def test_scores_and_differences_are_those_of_the_metric():
    found = measured()
    accuracy = {name: (each.labels == GOLD).mean() for name, each in MODELS.items()}
    for name, score in found.scores.items():
        assert score.value == pytest.approx(accuracy[name])
        assert score.low < score.value < score.high
    difference = found.comparisons["tfidf"].difference
    assert difference == pytest.approx(accuracy["winner"] - accuracy["tfidf"])


def test_one_comparison_is_the_paired_interval_of_a_mean():
    models = {"winner": MODELS["winner"], "tfidf": MODELS["tfidf"]}
    paired = (models["winner"].labels == GOLD) * 1.0 - (models["tfidf"].labels == GOLD)
    found = measured(models=models).comparisons["tfidf"]
    assert (found.low, found.high) == pytest.approx(interval_of(paired))


def test_more_baselines_make_each_interval_wider():
    alone = measured(models={"winner": MODELS["winner"], "tfidf": MODELS["tfidf"]}).comparisons["tfidf"]
    joined = measured().comparisons["tfidf"]
    assert joined.high - joined.low > alone.high - alone.low


def test_rows_that_stand_twice_tell_no_more_than_once():
    twice = {
        name: Predictions(
            classes=each.classes,
            labels=np.repeat(each.labels, 2),
            probabilities=np.repeat(each.probabilities, 2, axis=0),
        )
        for name, each in MODELS.items()
    }
    once = measured("macro_f1").comparisons["tfidf"]
    copied = measured("macro_f1", twice, np.repeat(np.arange(ROWS), 2), gold=np.repeat(GOLD, 2))
    assert copied.groups == ROWS
    assert copied.comparisons["tfidf"].low == pytest.approx(once.low, abs=1e-6)
    assert copied.comparisons["tfidf"].high == pytest.approx(once.high, abs=1e-6)


@pytest.mark.parametrize("metric", ["log_loss", "expected_calibration_error"])
def test_where_less_is_better_a_positive_difference_is_still_better(metric):
    found = measured(metric)
    worse = found.scores["majority"].value - found.scores["winner"].value
    assert found.comparisons["majority"].difference == pytest.approx(worse)
    assert all(score.low >= 0 for score in found.scores.values())


def sampled(metric: str):
    """Gold answers and predictions of the kind that a metric reads, from its own tests, and perfect ones."""
    module = importlib.import_module(f"tests.metrics.test_{metric}")
    cases = (each for each in vars(module).values() if isinstance(each, type))
    case = next(each for each in cases if issubclass(each, MetricContract) and each.name == metric)()
    gold, predictions = case.sample()
    return gold, {"winner": predictions, "tfidf": case.perfect(gold)}


@pytest.mark.parametrize("metric", registry.names("metrics"))
def test_every_metric_has_intervals(metric):
    task_of = registry.load("tasks", "classification")(classes=("a", "b"))
    gold, models = (GOLD, MODELS) if metric in task_of.metrics() else sampled(metric)
    found = measured(metric, models=models, gold=gold)
    for score in found.scores.values():
        assert score.low <= score.value <= score.high
    for comparison in found.comparisons.values():
        assert comparison.low < comparison.difference < comparison.high


def test_a_share_never_leaves_its_range():
    models = {"winner": model(0.995, 1), "tfidf": model(0.004, 2)}
    scores = measured(models=models).scores
    assert scores["winner"].high == 1.0
    assert scores["tfidf"].low == 0.0


def test_equal_predictions_differ_by_nothing():
    found = measured(
        models={"winner": MODELS["tfidf"], "tfidf": MODELS["tfidf"], "majority": MODELS["majority"]}
    )
    same = found.comparisons["tfidf"]
    assert (same.difference, same.low, same.high) == (0.0, 0.0, 0.0)


def test_without_a_winner_there_are_scores_alone():
    found = measured(models={"tfidf": MODELS["tfidf"]})
    assert set(found.scores) == {"tfidf"}
    assert found.comparisons == {}


def test_what_is_not_defined_is_not_a_number():
    found = measured("roc_auc", gold=np.ones(ROWS, dtype=int))
    assert np.isnan(found.comparisons["tfidf"].low)
    assert np.isnan(found.scores["winner"].value)


def test_the_seed_decides_everything():
    assert measured(seed=3) == measured(seed=3)


def test_no_rows_are_refused():
    with pytest.raises(ValueError, match="0 test rows"):
        measured(gold=GOLD[:0], models={"tfidf": Predictions(labels=GOLD[:0])})


def test_other_metrics_are_told_where_they_can_be():
    bare = Predictions(classes=("no", "yes"), labels=MODELS["winner"].labels)
    metrics = {name: registry.build("metrics", name, {}) for name in ("accuracy", "log_loss")}
    found = other_metrics(metrics, GOLD, {"winner": bare, "tfidf": MODELS["tfidf"]})
    assert set(found["accuracy"]) == {"winner", "tfidf"}
    assert set(found["log_loss"]) == {"tfidf"}
    assert found["accuracy"]["winner"] == (bare.labels == GOLD).mean()
