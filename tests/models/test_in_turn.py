"""Rows of several kinds, one after the other."""

from __future__ import annotations

import numpy as np
import pytest

from headstart.models.in_turn import in_turn

KINDS = [np.array(each) for each in ([4, 7, 9], [1], [2, 7])]


@pytest.mark.parametrize(
    ("count", "expected"), [(0, []), (2, [4, 1]), (4, [4, 1, 2, 7]), (9, [4, 1, 2, 7, 9])]
)
def test_each_kind_has_its_turn_and_each_row_comes_once(count, expected):
    assert in_turn(KINDS, count) == expected


def test_of_nothing_there_is_nothing():
    assert in_turn([], 3) == in_turn([np.array([], dtype=int)], 3) == []
