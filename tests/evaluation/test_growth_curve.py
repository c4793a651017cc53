"""The learning curve of a run: fits on shares on dev rows, and what the sealed rows said."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from headstart import registry
from headstart.core.learning_curve import CurvePoint
from headstart.core.predictions import Predictions
from headstart.evaluation.growth_curve import growth_curve
from headstart.metrics.macro_f1 import MacroF1

ACCURACY = registry.load("metrics", "accuracy")()
ROWS = 300


def fits(shares, seed=0):
    """Predictions that are right on these shares of the rows, the same rows being hard for all."""
    hard = np.random.default_rng(seed).permutation(ROWS)
    return {
        rows: Predictions(
            classes=("no", "yes"),
            labels=(hard >= round(share * ROWS)).astype(np.int64),
            probabilities=None,
        )
        for rows, share in shares.items()
    }


def drawn(predictions, tested=None, groups=None, gold=None, metric=ACCURACY):
    return growth_curve(
        model="winner",
        metric=metric,
        gold=np.zeros(ROWS, dtype=np.int64) if gold is None else gold,
        groups=np.arange(ROWS) if groups is None else groups,
        fits=predictions,
        tested=tested,
        seed=0,
    )


def test_points_are_the_scores_with_the_error_of_a_mean():
    curve = drawn(fits({100: 0.6, 200: 0.7, 400: 0.8}))
    assert [(each.rows, round(each.score, 6)) for each in curve.points] == [
        (100, 0.6),
        (200, 0.7),
        (400, 0.8),
    ]
    right = np.arange(ROWS) < 0.8 * ROWS
    assert curve.points[-1].error == pytest.approx(stats.sem(right.astype(float)))
    assert (curve.twice.rows, curve.five_times.rows) == (800, 2000)
    assert curve.twice.value < curve.five_times.value
    assert (curve.fan[0].rows, curve.fan[-1].rows) == (400, 2000)
    assert curve.fan[-1].value == curve.five_times.value


def test_the_sealed_rows_set_the_level():
    """Dev rows on which the winner was chosen flatter it; the sealed rows bring it back."""
    seen = fits({100: 0.6, 200: 0.7, 400: 0.8})
    sealed = CurvePoint(rows=500, score=0.74, error=0.01, measured_on="test")
    alone, both = drawn(seen), drawn(seen, sealed)
    assert both.points[-1] == sealed
    assert both.twice.rows == 1000
    assert both.fan[0].value == pytest.approx(0.74, abs=0.02)
    assert both.twice.value < alone.twice.value


def test_what_says_the_same_whatever_it_was_fitted_on_has_no_curve():
    same = fits({400: 0.7})[400]
    assert drawn({100: same, 200: same, 400: same}) is None


def test_a_fit_that_gives_every_row_the_same_label_is_left_out():
    """Its score is that of a constant answer, from which no slope can be told."""
    seen = fits({100: 0.5, 200: 0.7, 400: 0.8})
    seen[100] = replace(seen[100], labels=np.ones(ROWS, dtype=np.int64))
    assert [each.rows for each in drawn(seen).points] == [200, 400]
    seen[200] = replace(seen[200], labels=np.zeros(ROWS, dtype=np.int64))
    assert drawn(seen) is None
    sealed = CurvePoint(rows=500, score=0.79, error=0.01, measured_on="test")
    assert [each.rows for each in drawn(seen, sealed).points] == [400, 500]


@pytest.mark.parametrize("metric", ["label_micro_f1", "tag_accuracy"])
def test_so_is_one_that_gives_every_row_the_same_labels_or_every_word_the_same_tag(metric):
    gold = np.arange(ROWS) % 2
    told = {
        rows: each.labels ^ gold for rows, each in fits({100: 0.5, 200: 0.7, 400: 0.8}).items() if rows > 100
    }
    told = {100: np.zeros(ROWS, dtype=np.int64), **told}
    if metric == "label_micro_f1":
        classes, true = ("dull", "bright"), np.column_stack([1 - gold, gold]).astype(float)
        seen = {
            rows: Predictions(classes=classes, chosen=np.column_stack([each == 0, each == 1]))
            for rows, each in told.items()
        }
    else:
        classes, true = ("O", "B-name"), np.empty(ROWS, dtype=object)
        true[:] = [np.array([each]) for each in gold]
        sizes = np.ones(ROWS, dtype=np.int64)
        seen = {rows: Predictions(classes=classes, tags=each, sizes=sizes) for rows, each in told.items()}
    curve = drawn(seen, gold=true, metric=registry.load("metrics", metric)())
    assert [(each.rows, round(each.score, 6)) for each in curve.points] == [(200, 0.7), (400, 0.8)]


def test_so_is_one_that_says_the_same_number_of_every_row():
    rng = np.random.default_rng(0)
    gold, error = rng.normal(size=ROWS), rng.normal(size=ROWS)
    seen = {rows: Predictions(values=gold + off * error) for rows, off in {200: 1.0, 400: 0.5}.items()}
    seen = {100: Predictions(values=np.zeros(ROWS)), **seen}
    curve = drawn(seen, gold=gold, metric=registry.load("metrics", "pearson")())
    assert [each.rows for each in curve.points] == [200, 400]


def test_one_cluster_alone_has_no_curve():
    assert drawn(fits({200: 0.7, 400: 0.8}), groups=np.zeros(ROWS, dtype=np.int64)) is None


def test_no_score_is_surer_than_to_one_row():
    gold = np.arange(ROWS) % 2
    seen = {
        rows: replace(each, labels=each.labels ^ gold) for rows, each in fits({200: 0.9, 400: 1.0}).items()
    }
    curve = drawn(seen, gold=gold)
    assert curve.points[-1].error == pytest.approx(1 / ROWS)
    assert curve.twice.low < 1.0


def test_macro_f1_of_fits_that_hardly_know_the_rare_class_may_still_leap():
    """Nine of ten rows are right and macro-F1 is 0.6: nobody can say when the rare class will be learnt."""
    gold = (np.arange(ROWS) % 10 == 0).astype(np.int64)
    found = {
        rows: Predictions(
            classes=("usual", "rare"),
            labels=np.where(np.arange(ROWS) < 10 * known, gold, 0),
            probabilities=None,
        )
        for rows, known in {100: 1, 200: 3, 400: 5}.items()
    }
    curve, hasty = (drawn(found, gold=gold, metric=each) for each in (MacroF1(), Hasty()))
    assert curve.points == hasty.points
    assert curve.points[-1].score == pytest.approx(0.621, abs=0.001)
    assert curve.five_times.high > hasty.five_times.high + 0.05
    assert curve.twice.high - curve.twice.low > 1.2 * (hasty.twice.high - hasty.twice.low)


def test_macro_f1_of_even_classes_is_as_sure_as_accuracy():
    gold = np.arange(ROWS) % 2
    seen = fits({100: 0.6, 200: 0.7, 400: 0.8})
    seen = {rows: replace(each, labels=each.labels ^ gold) for rows, each in seen.items()}
    macro, accuracy = (drawn(seen, gold=gold, metric=each) for each in (MacroF1(), ACCURACY))
    for one, other in ((macro.twice, accuracy.twice), (macro.five_times, accuracy.five_times)):
        assert (one.low, one.high) == pytest.approx((other.low, other.high), abs=0.01)


class Hasty(MacroF1):
    """Macro-F1 that does not say how it counts classes."""

    counts_classes_alike = False


def test_forecasts_are_of_what_the_sealed_rows_will_measure():
    seen = fits({100: 0.6, 200: 0.7, 400: 0.8})
    few, many = (
        drawn(seen, CurvePoint(rows=401, score=0.8, error=error, measured_on="test"))
        for error in (0.04, 0.004)
    )
    assert few.twice.high - few.twice.low > many.twice.high - many.twice.low + 0.04
