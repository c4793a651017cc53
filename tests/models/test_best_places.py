"""The highest scores, equal ones in their order, and none where there are no more."""

from __future__ import annotations

import numpy as np
import pytest

from headstart.models import best_places as module
from headstart.models.best_places import DEPTH, best_places


@pytest.mark.parametrize("places", [1, 7, 99, 100, 101, 400])
def test_it_is_the_head_of_a_stable_sort(places):
    scores = np.random.default_rng(0).integers(0, 20, size=(30, places)).astype(np.float64)
    ranked, found = best_places(lambda some: scores[some], 30, places)
    order = np.argsort(-scores, axis=1, kind="stable")[:, :DEPTH]
    np.testing.assert_array_equal(ranked, order)
    np.testing.assert_array_equal(found, np.take_along_axis(scores, order, axis=1))


def test_few_at_once_change_nothing(monkeypatch):
    scores = np.random.default_rng(0).normal(size=(30, 50))
    whole = best_places(lambda some: scores[some], 30, 50)
    monkeypatch.setattr(module, "MOST_NUMBERS", 120)
    parts = best_places(lambda some: scores[some], 30, 50)
    for one, other in zip(whole, parts, strict=True):
        np.testing.assert_array_equal(one, other)


def test_scores_up_to_the_least_are_left_out():
    scores = np.array([[0.0, 2.0, 0.0, 1.0], [0.0, 0.0, 0.0, 0.0]])
    ranked, found = best_places(lambda some: scores[some], 2, 4, least=0.0)
    assert ranked.tolist() == [[1, 3, -1, -1], [-1, -1, -1, -1]]
    assert found.tolist() == [[2.0, 1.0, 0.0, 0.0], [0.0, 0.0, 0.0, 0.0]]


def test_no_rows_and_no_places_are_no_error():
    assert best_places(lambda some: np.zeros((0, 5)), 0, 5)[0].shape == (0, 5)
    assert best_places(lambda some: np.zeros((3, 0)), 3, 0)[0].shape == (3, 0)
