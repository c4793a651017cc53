"""The nearest are found whatever the size of the pieces, and clusters can be kept apart."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from headstart.models import nearest as module
from headstart.models.nearest import nearest


def cloud(rows: int, seed: int):
    return torch.from_numpy(np.random.default_rng(seed).normal(size=(rows, 6)).astype(np.float32))


@pytest.mark.parametrize("numbers", [1e9, 100, 1])
def test_they_are_those_of_a_full_sort(monkeypatch, numbers):
    monkeypatch.setattr(module, "MOST_NUMBERS", numbers)
    queries, stored = cloud(17, 0), cloud(30, 1)
    products, places = nearest(queries, stored, 4)
    order = np.argsort(-(queries @ stored.T).numpy(), axis=1)[:, :4]
    np.testing.assert_array_equal(places, order)
    np.testing.assert_allclose(products, np.take_along_axis((queries @ stored.T).numpy(), order, 1), 1e-5)


def test_no_more_than_there_are():
    assert nearest(cloud(3, 0), cloud(2, 1), 10)[1].shape == (3, 2)
    assert nearest(cloud(0, 0), cloud(2, 1), 10)[1].shape == (0, 2)


def test_members_of_a_cluster_do_not_meet():
    rows, groups = cloud(12, 0), torch.arange(12) // 3
    products, places = nearest(rows, rows, 9, apart=(groups, groups))
    assert (groups[places] != groups[:, None]).all()
    assert products.isfinite().all()
    assert nearest(rows, rows, 12, apart=(groups, groups))[0][:, -3:].isinf().all()
