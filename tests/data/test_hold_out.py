"""Clusters are set apart whole, in the right number, with something of every class left."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headstart.data.hold_out import Pool, hold_out


def pool(clusters: list[int], labels: list[int], seed: int = 0) -> Pool:
    local = np.unique(clusters, return_inverse=True)[1]
    rank = np.random.default_rng(seed).permutation(local.max() + 1)
    return Pool(clusters=local, labels=np.array(labels), rank=rank)


rows = st.lists(st.tuples(st.integers(0, 12), st.integers(0, 3)), min_size=2, max_size=60)


@settings(max_examples=200, deadline=None)
@given(rows=rows, share=st.sampled_from([0.1, 0.2, 0.4]), stratified=st.booleans())
def test_clusters_stay_whole_and_every_class_keeps_a_row(
    rows: list[tuple[int, int]], share: float, stratified: bool
) -> None:
    clusters, labels = [each for each, _ in rows], [label for _, label in rows]
    made = pool(clusters, labels)
    held = hold_out(made, share, stratified=stratified)
    for each in np.unique(made.clusters):
        assert len(set(held[made.clusters == each].tolist())) == 1
    assert set(made.labels[~held].tolist()) == set(labels)


def test_each_class_gives_its_share() -> None:
    labels = [0] * 1000 + [1] * 100 + [2] * 10 + [3] * 2 + [4]
    held = hold_out(pool(list(range(len(labels))), labels), 0.2, stratified=True)
    assert np.bincount(np.array(labels)[held], minlength=5).tolist() == [200, 20, 2, 1, 0]


def test_the_lowest_ranks_are_taken() -> None:
    made = Pool(clusters=np.arange(10), labels=np.zeros(10, dtype=int), rank=np.arange(10)[::-1])
    assert np.flatnonzero(hold_out(made, 0.3, stratified=False)).tolist() == [7, 8, 9]


def test_a_cluster_too_large_is_passed_over() -> None:
    clusters = [0] * 30 + list(range(1, 71))
    made = Pool(clusters=np.array(clusters), labels=np.zeros(100, dtype=int), rank=np.arange(71))
    held = hold_out(made, 0.2, stratified=True)
    assert held.sum() == 20
    assert not held[:30].any()


@pytest.mark.parametrize("sizes", [[30, 40], [50, 20, 30]])
def test_a_class_of_large_clusters_gives_its_smallest(sizes: list[int]) -> None:
    clusters = np.repeat(np.arange(len(sizes)), sizes)
    made = Pool(clusters=clusters, labels=np.zeros(len(clusters), dtype=int), rank=np.arange(len(sizes)))
    assert hold_out(made, 0.1, stratified=True).sum() == min(sizes)
