"""Prototypes are class means, and rows are compared with those of all but their own cluster."""

from __future__ import annotations

import numpy as np

from headstart.models.unit import unit
from headstart.train.labelled import Labelled
from headstart.train.prototypes import left_out_cosines, prototypes


def labelled(targets, groups=None, weights=None, classes=3) -> Labelled:
    rows = len(targets)
    return Labelled(
        targets=np.array(targets),
        classes=classes,
        groups=np.arange(rows) if groups is None else np.array(groups),
        weights=np.ones(rows) if weights is None else np.array(weights),
    )


def vectors(rows: int, width: int = 5):
    return unit(np.random.default_rng(0).normal(size=(rows, width)).astype(np.float32))


def test_a_prototype_is_the_direction_of_the_weighted_mean():
    rows = vectors(4)
    found = prototypes(rows, labelled([0, 0, 2, 2], weights=[1.0, 3.0, 1.0, 1.0]))
    mean = rows[0] + 3 * rows[1]
    np.testing.assert_allclose(found[0], mean / np.linalg.norm(mean), rtol=1e-5)
    assert not found[1].any()


def test_left_out_rows_do_not_see_their_cluster():
    rng = np.random.default_rng(1)
    rows = vectors(40)
    given = labelled(rng.integers(0, 3, 40), groups=rng.integers(0, 25, 40), weights=rng.uniform(0.5, 1, 40))
    cosines, scored = left_out_cosines(rows, given)
    for row in range(40):
        outside = np.flatnonzero(given.groups != given.groups[row])
        expected = rows[row] @ prototypes(rows[outside], given.take(outside)).T
        np.testing.assert_allclose(cosines[row], expected, atol=1e-5)
        assert scored[row] == (given.targets[outside] == given.targets[row]).any()


def test_a_class_within_one_cluster_is_not_scored():
    cosines, scored = left_out_cosines(vectors(5), labelled([0, 0, 1, 1, 2], groups=[0, 1, 2, 2, 3]))
    assert scored.tolist() == [True, True, False, False, False]
    assert np.isfinite(cosines).all()
