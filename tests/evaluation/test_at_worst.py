"""A lead that no class of few rows could take away."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import binomtest

from headstart import registry
from headstart.core.predictions import Predictions
from headstart.evaluation.at_worst import CommonClasses, with_worst
from headstart.evaluation.evaluate import evaluate
from headstart.metrics.macro_f1 import MacroF1

SHARES = (0.5, 0.3, 0.17, 0.03)
CLASSES = len(SHARES)


def told(labels):
    return Predictions(classes=tuple("abcd"), labels=np.asarray(labels))


def said(rng, gold, right):
    """Labels of a model that is right about each class as often as told, and else guesses."""
    chosen = rng.random(len(gold)) < np.asarray(right)[gold]
    return np.where(chosen, gold, rng.choice(CLASSES, size=len(gold), p=SHARES))


def judged(gold, winner, *others, metric=None, class_rows=None):
    predictions = {"winner": told(winner)}
    predictions |= {f"other {place}": told(each) for place, each in enumerate(others)}
    common = {
        "metric": metric or MacroF1(),
        "gold": gold,
        "predictions": predictions,
        "groups": np.arange(len(gold)),
        "seed": 0,
    }
    found = evaluate(metric_name="macro_f1", not_measured={}, **common)
    rows = np.bincount(gold, minlength=CLASSES).tolist() if class_rows is None else class_rows
    return with_worst(found, class_rows=rows, **common)


def drawn(seed, rows, right, *others):
    rng = np.random.default_rng(seed)
    gold = rng.choice(CLASSES, size=rows, p=SHARES)
    return gold, said(rng, gold, right), *(said(rng, gold, each) for each in others)


def true_lead(right, other):
    gold, winner, baseline = drawn(999, 300_000, right, other)
    metric = MacroF1()
    return metric.value(metric.stats(gold, told(winner))) - metric.value(metric.stats(gold, told(baseline)))


def rates(hits, rows):
    """The lowest and the highest rate that leave so many hits possible but once in a thousand times each."""
    found = binomtest(hits, rows).proportion_ci(confidence_level=0.998, method="exact")
    return found.low, found.high


def test_the_rare_class_counts_with_the_worst_of_it_and_the_others_have_their_interval():
    gold = np.repeat(np.arange(CLASSES), (100, 60, 36, 4))
    found = judged(gold, gold, np.zeros_like(gold))
    (compared,) = found.comparisons.values()
    part = CommonClasses(common=(0, 1, 2), classes=CLASSES)
    # F1 of 1 in each of three classes; always the first one has 2/3 there.
    assert part.value(part.stats(gold, told(gold))) == pytest.approx(0.75)
    assert part.value(part.stats(gold, told(np.zeros_like(gold)))) == pytest.approx((2 / 3) / 4)
    # Of four rows the baseline found none: but once in a thousand times so many as 82 % of them all may be.
    most = 0.8222
    assert pytest.approx((1 - most) ** 4, rel=1e-3) == 0.001
    # The winner found all: 18 % at the least; and it named none of 196 others so: 3.5 % at the most.
    least, share, named = rates(4, 4)[0], rates(4, 200)[0], rates(0, 196)[1]
    kept = 2 * share * least / (share * (1 + least) + (1 - share) * named)
    expected = 0.75 - (2 / 3) / 4 + kept / 4 - 2 * most / (1 + most) / 4
    assert compared.at_worst == pytest.approx(expected, abs=0.03)
    assert compared.at_worst < expected
    assert compared.at_worst < compared.low


def test_a_winner_that_knows_the_rare_class_keeps_some_of_it():
    gold = np.repeat(np.arange(CLASSES), (100, 60, 31, 9))
    part = CommonClasses(common=(0, 1, 2), classes=CLASSES)
    alone = np.arange(len(gold))

    def least(right, named=0, groups=alone):
        found = (gold == 3) & (alone < 191 + right)
        return part.least(gold, told(np.where(found | (alone < named), 3, 0)), groups)

    assert least(0) == 0
    known = [least(right) for right in (0, 3, 6, 9)]
    assert (np.diff(known) > 0).all()
    # Each other row that is named so makes less of what was found.
    assert least(9) > least(9, named=2) > least(9, named=20) > 0
    # Copies of one text that are not all right count as one that is not.
    copies = np.where(gold == 3, 191, alone)
    assert least(8, groups=copies) == 0
    assert 0 < least(9, groups=copies) < least(9)
    # Whoever names all rows so finds all of the class, and little else of its F1 is sure.
    recall, share = rates(9, 9)[0], rates(9, 200)[0]
    assert least(9, named=191) == pytest.approx(2 * share * recall / (share * (1 + recall) + 1 - share) / 4)


def test_a_baseline_that_knows_the_rare_class_may_know_all_of_it():
    gold = np.repeat(np.arange(CLASSES), (100, 60, 36, 4))
    part = CommonClasses(common=(0, 1, 2), classes=CLASSES)
    alone = np.arange(len(gold))

    def most(right):
        return part.most(gold, told(np.where((gold == 3) & (alone < 196 + right), 3, 0)), alone)

    shares = [most(right) for right in range(5)]
    assert shares[4] == 0.25
    assert (np.diff(shares) > 0).all()
    # Four copies of one text tell as much as one: it may be known as well as not.
    copies = np.where(gold == 3, 196, alone)
    assert part.most(gold, told(np.zeros_like(gold)), copies) == pytest.approx(2 * 0.999 / 1.999 / 4)
    # And a class without any row may be known altogether.
    none = np.where(gold == 3, 0, gold)
    assert part.most(none, told(none), alone) == 0.25


def test_leaving_a_block_out_is_counting_the_rest():
    gold, winner = drawn(3, 120, (0.9, 0.7, 0.6, 0.5))
    part, blocks = CommonClasses(common=(0, 2), classes=CLASSES), np.arange(120) % 7
    stats = part.stats(gold, told(winner))
    rest = [part.value(stats[blocks != block]) for block in range(7)]
    np.testing.assert_allclose(part.without(stats, blocks), rest)


@pytest.mark.parametrize(
    ("metric", "class_rows"),
    [
        (None, (100, 60, 36, 10)),
        (None, ()),
        (None, (4, 4, 4, 4)),
        (registry.build("metrics", "accuracy", {}), (100, 60, 36, 4)),
    ],
)
def test_nothing_changes_without_rare_classes_among_others_or_for_another_metric(metric, class_rows):
    gold = np.repeat(np.arange(CLASSES), (100, 60, 36, 10))
    found = judged(gold, gold, np.zeros_like(gold), metric=metric, class_rows=class_rows)
    assert [each.at_worst for each in found.comparisons.values()] == [None]


@pytest.mark.parametrize("known", [0.0, 0.5, 0.95, 1.0])
@pytest.mark.parametrize("common", [0.4, 0.95])
def test_the_true_lead_is_hardly_ever_less(known, common):
    """Whether the winner has learnt the rare class or nothing of it, and leads in the others or not."""
    right, other = (common, common, common, known), (0.3, 0.3, 0.3, 0.9)
    draws, broken, shown = 200, 0, 0
    lead = true_lead(right, other)
    for seed in range(draws):
        (compared,) = judged(*drawn(seed, 200, right, other)).comparisons.values()
        if compared.at_worst is not None:
            shown += compared.at_worst > 0
            broken += compared.at_worst > lead
    assert broken <= 0.025 * draws
    assert shown > 0.5 * draws or common == 0.4


def test_what_is_no_better_is_never_shown_to_be():
    right = (0.7, 0.7, 0.7, 0.7)
    for seed in range(200):
        (compared,) = judged(*drawn(seed, 200, right, right)).comparisons.values()
        assert compared.at_worst is None or compared.at_worst <= 0
