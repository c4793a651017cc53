"""How much a metric rests on each cluster."""

from __future__ import annotations

import numpy as np
import pytest

from headstart.core.predictions import Predictions
from headstart.evaluation import jackknife
from headstart.evaluation.jackknife import blocks_of, influences
from headstart.metrics.accuracy import Accuracy
from headstart.metrics.macro_f1 import MacroF1
from headstart.metrics.mae import Mae
from headstart.metrics.matthews import Matthews
from headstart.metrics.roc_auc import RocAuc
from headstart.metrics.weighted_f1 import WeightedF1


def guesses(gold, share, seed):
    """Predictions that are right for about that share of rows."""
    rng = np.random.default_rng(seed)
    labels = np.where(rng.random(len(gold)) < share, gold, rng.integers(0, 3, len(gold)))
    return Predictions(classes=("a", "b", "c"), labels=labels)


def test_leaves_each_cluster_out_in_turn():
    gold = np.random.default_rng(0).integers(0, 3, 40)
    groups = np.repeat(np.arange(20)[::-1] * 7, 2)
    metric, predictions = MacroF1(), [guesses(gold, 0.8, 1), guesses(gold, 0.5, 2)]
    stats = [metric.stats(gold, each) for each in predictions]
    left_out = np.array(
        [[metric.value(each[groups != group]) for each in stats] for group in np.unique(groups)]
    )
    expected = 19 * (left_out.mean(axis=0) - left_out)
    found = influences(metric, stats, blocks_of(groups, models=2, seed=0))
    np.testing.assert_allclose(found, expected, atol=1e-12)
    np.testing.assert_allclose(found.sum(axis=0), 0, atol=1e-9)


def test_clusters_alike_are_measured_once():
    # Ten clusters of a right and a wrong row, whichever comes first, and ten of two right ones.
    gold = np.zeros(40, dtype=np.int64)
    labels = np.array([0, 1, 1, 0] * 5 + [0] * 20)
    measured = []

    class Watched:
        def value(self, stats):
            measured.append(len(stats))
            return Accuracy().value(stats)

    stats = Accuracy().stats(gold, Predictions(classes=("a", "b"), labels=labels))
    found = influences(Watched(), [stats], np.repeat(np.arange(20), 2))
    assert measured == [38, 38]
    np.testing.assert_allclose(found[:, 0], [-0.25] * 10 + [0.25] * 10, atol=1e-12)


class Plain:
    """A metric that can only be asked for the value of some rows."""

    def __init__(self, metric):
        self.value = metric.value


@pytest.mark.parametrize(
    "metric", [MacroF1(), WeightedF1(), Matthews(), RocAuc()], ids=lambda each: each.label
)
def test_rare_classes_abstentions_and_ties_change_nothing_of_what_is_left_out_at_once(metric):
    rng = np.random.default_rng(0)
    gold = np.append(rng.integers(0, 3, 119), 3)  # the last class has one row
    sure = (rng.random((120, 4)) + np.eye(4)[gold]).round(1)
    told = Predictions(labels=np.where(rng.random(120) < 0.1, -1, sure.argmax(axis=1)), probabilities=sure)
    stats = [metric.stats(gold, told)]
    for blocks in (np.arange(120), rng.permutation(np.arange(120) % 25), np.sort(rng.integers(0, 3, 120))):
        found, expected = influences(metric, stats, blocks), influences(Plain(metric), stats, blocks)
        np.testing.assert_allclose(found, expected, rtol=1e-11, atol=1e-11)


def test_an_area_is_the_same_to_the_last_digit_and_undefined_where_a_rank_is():
    rng = np.random.default_rng(0)
    gold, score = rng.integers(0, 2, 90), rng.normal(size=90).round(1)
    score[[4, 7]] = np.nan
    stats = RocAuc().stats(gold, Predictions(probabilities=np.column_stack([-score, score])))
    for blocks in (np.arange(90), np.arange(90) // 6, np.where(np.isin(np.arange(90), [4, 7]), 1, 0)):
        expected = [RocAuc().value(stats[blocks != each]) for each in range(blocks.max() + 1)]
        np.testing.assert_array_equal(RocAuc().without(stats, blocks), expected)
    assert np.isfinite(expected).tolist() == [False, True]


def test_one_value_beyond_measure_spoils_no_block_but_its_own():
    stats = np.ones((6, 1))
    stats[2] = 1e300
    stats[5] = np.inf
    found = Mae().without(stats, np.array([0, 0, 1, 1, 2, 2]))
    np.testing.assert_array_equal(found, [np.inf, np.inf, 1e300 / 4])
    np.testing.assert_array_equal(Mae().without(stats[:4], np.array([0, 0, 1, 1])), [1e300 / 2, 1.0])


def test_the_influences_on_a_mean_are_the_rows_less_the_mean():
    gold = np.random.default_rng(0).integers(0, 3, 50)
    stats = Accuracy().stats(gold, guesses(gold, 0.7, 1))
    found = influences(Accuracy(), [stats], np.arange(50))
    np.testing.assert_allclose(found, stats - stats.mean(), atol=1e-12)


def test_the_variance_of_an_auc_is_that_of_delong():
    # DeLong, DeLong and Clarke-Pearson 1988, equations 4 to 6, written out.
    rng = np.random.default_rng(0)
    gold = rng.permutation(np.repeat([0, 1], [130, 70]))
    score = rng.normal(size=200) + gold
    wins = (score[gold == 1][:, None] > score[gold == 0][None, :]).astype(float)
    delong = wins.mean(axis=1).var(ddof=1) / 70 + wins.mean(axis=0).var(ddof=1) / 130
    predictions = Predictions(probabilities=np.column_stack([-score, score]))
    found = influences(RocAuc(), [RocAuc().stats(gold, predictions)], np.arange(200))
    assert (found**2).sum() / (200 * 199) == pytest.approx(delong, rel=0.02)


def test_clusters_share_blocks_when_they_are_too_many(monkeypatch):
    monkeypatch.setattr(jackknife, "MOST_BLOCKS", 10)
    monkeypatch.setattr(jackknife, "LEAST_BLOCKS", 5)
    groups = np.repeat(np.arange(100), 3)
    blocks = blocks_of(groups, models=1, seed=0)
    assert len(np.unique(blocks)) == 10
    assert all(len(np.unique(blocks[groups == group])) == 1 for group in range(100))
    assert np.bincount(blocks).tolist() == [30] * 10
    np.testing.assert_array_equal(blocks_of(groups, models=1, seed=0), blocks)


def test_fewer_blocks_for_very_many_rows(monkeypatch):
    monkeypatch.setattr(jackknife, "ROWS_READ", 300_000)
    assert blocks_of(np.arange(1000), models=1, seed=0).max() + 1 == 300
    assert blocks_of(np.arange(1000), models=5, seed=0).max() + 1 == jackknife.LEAST_BLOCKS


def test_groups_of_any_number_become_blocks_from_nought():
    assert blocks_of(np.array([900, -4, 900, 17]), models=1, seed=0).tolist() == [2, 0, 2, 1]
