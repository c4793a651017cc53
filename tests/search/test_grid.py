"""Grid search: each combination once, in random order."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest

from headstart import registry
from tests.contracts.search_contract import DEPTH, KIND, RATE, SHARE, SearchContract, search_on


class TestGrid(SearchContract):
    name = "grid"
    learns = False

    def test_each_combination_is_tried_once(self):
        grid = registry.build("search", "grid", {"points": 2})
        found = [tuple(each.params.values()) for each in search_on(grid, (RATE, SHARE, KIND), 100)]
        expected = list(itertools.product((1e-4, 1e-2), (0.125, 0.375), "abc"))
        assert len(found) == 12
        for each in expected:
            assert any(one[:2] == pytest.approx(each[:2]) and one[2] == each[2] for one in found), (
                f"{each} is missing"
            )

    def test_few_whole_numbers_are_not_tried_twice(self):
        grid = registry.build("search", "grid", {"points": 5})
        found = [each.params["depth"] for each in search_on(grid, (replace(DEPTH, high=3),), 100)]
        assert sorted(found) == [1, 2, 3]

    def test_it_does_not_begin_in_a_corner(self):
        grid = registry.build("search", "grid", {})
        history = search_on(grid, (RATE, SHARE, DEPTH), 9)
        for name in ("rate", "share", "depth"):
            assert len({each.params[name] for each in history}) > 1
