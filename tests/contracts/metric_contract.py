"""What every metric owes to the intervals, the race and the report."""

from __future__ import annotations

import math
from dataclasses import FrozenInstanceError, fields, is_dataclass

import numpy as np
import pytest

from headstart import registry
from headstart.core.predictions import Predictions

NAMES = ("ham", "spam", "rare")


def sample(rows=60, classes=2, seed=0):
    """Gold labels and predictions that are right most of the time."""
    rng = np.random.default_rng(seed)
    gold = rng.integers(0, classes, rows)
    logits = rng.normal(size=(rows, classes)) + 1.5 * np.eye(classes)[gold]
    return gold, told(np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True))


def told(probabilities, labels=None):
    """Predictions with these probabilities."""
    probabilities = np.asarray(probabilities, dtype=np.float64)
    labels = probabilities.argmax(axis=1) if labels is None else np.asarray(labels)
    return Predictions(classes=NAMES[: probabilities.shape[1]], labels=labels, probabilities=probabilities)


def labelled(labels):
    """Predictions with these labels and nothing else."""
    return Predictions(classes=NAMES, labels=np.asarray(labels))


class MetricContract:
    """Inherit, set `name`, and add golden numbers.

    For answers other than classes also give `sample`, `perfect` and `bare`.
    """

    name = ""

    @pytest.fixture
    def metric(self):
        return registry.build("metrics", self.name, {})

    def sample(self):
        """Gold answers and predictions that are right most of the time."""
        return sample()

    def perfect(self, gold):
        """Predictions that are right."""
        return told(0.98 * np.eye(2)[gold] + 0.01)

    def bare(self):
        """Two gold answers, and predictions that hold nothing."""
        return np.array([0, 1]), Predictions(classes=NAMES)

    def measure(self, metric, gold, predictions):
        return metric.value(metric.stats(gold if isinstance(gold, tuple) else np.asarray(gold), predictions))

    def test_says_what_it_is(self, metric):
        assert metric.label
        assert metric.needs in {each.name for each in fields(Predictions)}
        assert metric.unit > 0

    def test_is_frozen(self, metric):
        assert is_dataclass(metric)
        with pytest.raises((FrozenInstanceError, AttributeError, TypeError)):
            metric.label = "other"

    def test_has_one_line_of_finite_numbers_a_row(self, metric):
        gold, predictions = self.sample()
        stats = metric.stats(gold, predictions)
        assert stats.ndim == 2
        assert len(stats) == len(gold)
        assert np.isfinite(stats).all()

    def test_does_not_depend_on_the_order_of_rows(self, metric):
        gold, predictions = self.sample()
        stats = metric.stats(gold, predictions)
        shuffled = stats[np.random.default_rng(1).permutation(len(stats))]
        assert metric.value(shuffled) == pytest.approx(metric.value(stats))

    def test_rows_that_all_stand_twice_change_nothing(self, metric):
        gold, predictions = self.sample()
        stats = metric.stats(gold, predictions)
        assert metric.value(np.concatenate([stats, stats])) == pytest.approx(metric.value(stats))

    def test_a_better_model_scores_better(self, metric):
        gold, predictions = self.sample()
        perfect = self.perfect(gold)
        best, middling = self.measure(metric, gold, perfect), self.measure(metric, gold, predictions)
        assert best > middling if metric.greater_is_better else best < middling

    def test_is_not_a_number_without_rows(self, metric):
        gold, predictions = self.sample()
        assert math.isnan(metric.value(metric.stats(gold, predictions)[:0]))

    def test_says_what_is_missing(self, metric):
        gold, bare = self.bare()
        with pytest.raises(ValueError, match=metric.needs):
            metric.stats(gold, bare)

    def test_an_abstention_is_never_better_than_the_right_label(self, metric):
        if metric.needs not in {"labels", "probabilities"}:
            return
        gold, predictions = self.sample()
        right = told(predictions.probabilities, labels=gold)
        silent = told(predictions.probabilities, labels=np.where(np.arange(len(gold)) < 10, -1, gold))
        sure, unsure = self.measure(metric, gold, right), self.measure(metric, gold, silent)
        assert unsure <= sure if metric.greater_is_better else unsure >= sure
        assert math.isfinite(unsure)

    def test_all_blocks_are_left_out_at_once_as_they_are_one_by_one(self, metric):
        without = getattr(metric, "without", None)
        if without is None:
            return
        gold, predictions = self.sample()
        stats = metric.stats(gold, predictions)
        several = np.random.default_rng(1).permutation(np.arange(len(stats)) % 7)
        for blocks in (np.arange(len(stats)), several, np.minimum(several, 1), np.zeros_like(several)):
            expected = [metric.value(stats[blocks != each]) for each in range(blocks.max() + 1)]
            np.testing.assert_allclose(without(stats, blocks), expected, rtol=1e-12)
