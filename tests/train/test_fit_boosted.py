"""Boosted trees: closed forms of one tree, rounds that fit the data, and seeds that decide."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.ensemble import HistGradientBoostingRegressor
from sklearn.metrics import r2_score

from headstart.train.fit_boosted import MOST_ROUNDS, USUAL_ROUNDS, BoostWish, fit_boosted


def fitted(table, targets, **settings):
    wish = BoostWish(**{"answer": "number", **settings})
    order = np.arange(len(table))
    return fit_boosted(table, targets, wish, groups=order, strata=np.zeros(len(table), dtype=np.int64))


def wavy(rows, seed=0, noise=0.1):
    rng = np.random.default_rng(seed)
    table = rng.uniform(-2, 2, size=(rows, 3))
    return table, np.sin(2 * table[:, 0]) + table[:, 1] ** 2 + rng.normal(scale=noise, size=rows)


def test_it_is_as_good_as_scikit_learns_boosting_on_the_same_numbers():
    table, targets = wavy(600)
    unseen, gold = wavy(400, seed=1)
    found = fitted(table, targets).boosted.predict(unseen).values
    other = HistGradientBoostingRegressor(early_stopping=False, random_state=0).fit(table, targets)
    assert r2_score(gold, found) > r2_score(gold, other.predict(unseen)) - 0.03


def test_categories_are_split_by_kind_and_not_by_order():
    rng = np.random.default_rng(0)
    codes = rng.integers(0, 10, 500)
    targets = (codes % 2 == 0).astype(np.int64)
    wish = {"answer": "class", "classes": ("odd", "even"), "categorical": (0,), "leaves": 2, "rounds": 60}
    found = fitted(codes[:, None].astype(np.float64), targets, **wish).boosted
    assert (found.predict(np.arange(10.0)[:, None]).labels == [1, 0] * 5).all()


def test_a_category_without_a_place_is_treated_as_missing():
    codes = np.tile([0.0, 1.0, np.nan], 60)[:, None]
    targets = np.tile([0.0, 1.0, 5.0], 60)
    found = fitted(codes, targets, categorical=(0,), rounds=100, learning_rate=0.2).boosted
    np.testing.assert_allclose(found.predict(np.array([[np.nan], [0.0]])).values, [5.0, 0.0], atol=0.3)


def test_noise_alone_is_given_up_early():
    rng = np.random.default_rng(0)
    noise = fitted(rng.normal(size=(300, 3)), rng.normal(size=300)).rounds
    table, targets = wavy(300)
    assert noise < 30 < fitted(table, targets).rounds <= 1.1 * MOST_ROUNDS


def test_rounds_that_are_named_are_kept_and_haste_takes_the_usual_ones():
    table, targets = wavy(100)
    assert fitted(table, targets, rounds=7).rounds == 7
    assert fitted(table, targets, hurried=True).rounds == USUAL_ROUNDS
    assert fitted(table[:20], targets[:20]).rounds == USUAL_ROUNDS


def test_the_seed_decides_everything():
    table, targets = wavy(200)
    first, second, other = (fitted(table, targets, seed=seed, rounds=30).boosted for seed in (3, 3, 4))
    np.testing.assert_array_equal(first.predict(table).values, second.predict(table).values)
    assert (first.predict(table).values != other.predict(table).values).any()


def test_a_class_or_a_label_that_no_row_has_is_never_given():
    table, targets = wavy(150)
    classes = fitted(
        table, (targets > 1).astype(np.int64), answer="class", classes=("a", "b", "never"), rounds=10
    ).boosted.predict(table)
    assert classes.probabilities[:, 2].max() < 1e-3
    sets = np.column_stack([targets > 1, np.zeros(150)]).astype(np.float32)
    labels = fitted(table, sets, answer="labels", classes=("a", "never"), rounds=10).boosted.predict(table)
    assert not labels.chosen[:, 1].any()


def test_clusters_are_never_parted_between_folds():
    # Twins with equal numbers and random targets: parted, they would look learnable for ever.
    rng = np.random.default_rng(0)
    table = np.repeat(rng.normal(size=(150, 5)), 4, axis=0)
    targets = np.repeat(rng.normal(size=150), 4)
    groups = np.repeat(np.arange(150), 4)
    wish, strata = BoostWish(answer="number"), np.zeros(600, dtype=np.int64)
    kept = fit_boosted(table, targets, wish, groups=groups, strata=strata).rounds
    parted = fit_boosted(table, targets, wish, groups=np.arange(600), strata=strata).rounds
    assert kept < parted


@pytest.mark.parametrize("answer", ["class", "labels", "number"])
def test_progress_ends_at_one(answer):
    table, targets = wavy(90)
    shares = []
    gold = {
        "class": (targets > 1).astype(np.int64),
        "labels": (targets > 1)[:, None] * 1.0,
        "number": targets,
    }
    classes = {"class": ("a", "b"), "labels": ("a",), "number": ()}
    fit_boosted(
        table,
        gold[answer],
        BoostWish(answer=answer, classes=classes[answer]),
        groups=np.arange(90),
        strata=np.zeros(90, dtype=np.int64),
        progress=lambda share, note="": shares.append(share),
    )
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
