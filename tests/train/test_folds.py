"""Folds keep clusters whole and classes even."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from headstart.train.folds import stratified_folds


@settings(deadline=None, max_examples=60)
@given(st.integers(2, 6), st.integers(0, 1000), st.integers(1, 120))
def test_clusters_stay_whole_and_every_row_has_a_fold(folds, seed, rows):
    rng = np.random.default_rng(seed)
    targets, groups = rng.integers(0, 4, rows), rng.integers(0, rows, rows)
    fold = stratified_folds(targets, groups, folds=folds, seed=seed)
    assert ((fold >= 0) & (fold < folds)).all()
    for group in np.unique(groups):
        assert len(np.unique(fold[groups == group])) == 1


@settings(deadline=None, max_examples=60)
@given(st.integers(2, 6), st.integers(0, 1000), st.integers(1, 200))
def test_single_rows_are_spread_evenly_by_class_and_in_all(folds, seed, rows):
    targets = np.random.default_rng(seed).integers(0, 3, rows)
    fold = stratified_folds(targets, np.arange(rows), folds=folds, seed=seed)
    for label in range(3):
        counts = np.bincount(fold[targets == label], minlength=folds)
        assert counts.max() - counts.min() <= 1
    totals = np.bincount(fold, minlength=folds)
    assert totals.max() - totals.min() <= 3


def test_single_rows_make_up_for_what_a_large_cluster_took():
    targets = np.zeros(40, dtype=int)
    groups = np.concatenate([np.zeros(8, dtype=int), np.arange(1, 33)])
    fold = stratified_folds(targets, groups, folds=5, seed=0)
    assert set(np.bincount(fold)) == {8}


def test_the_seed_decides():
    targets, groups = np.zeros(50, dtype=int), np.arange(50)
    first = stratified_folds(targets, groups, folds=5, seed=0)
    assert (first == stratified_folds(targets, groups, folds=5, seed=0)).all()
    assert (first != stratified_folds(targets, groups, folds=5, seed=1)).any()
