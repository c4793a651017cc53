"""Settings as points of a cube and back."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from headstart.search._space import Space, reflected
from tests.contracts.search_contract import BY_RULE, DEPTH, FINITE, KIND, MAYBE, MIXED, RATE, SHARE, WIDTH


@pytest.mark.parametrize("seed", range(20))
def test_a_setting_comes_back_from_its_point(seed):
    room = Space.of(MIXED)
    params = room.params(np.random.default_rng(seed).random(len(MIXED)))
    again = room.params(room.point(params))
    assert again == pytest.approx(params)
    assert list(map(type, again.values())) == list(map(type, params.values()))


def test_the_ends_of_the_cube_are_the_ends_of_the_ranges():
    room = Space.of((RATE, SHARE, DEPTH, WIDTH, KIND))
    assert room.params(np.zeros(5)) == pytest.approx(
        {"rate": 1e-5, "share": 0.0, "depth": 1, "width": 4, "kind": "a"}
    )
    assert room.params(np.ones(5)) == pytest.approx(
        {"rate": 1e-1, "share": 0.5, "depth": 6, "width": 256, "kind": "c"}
    )
    assert room.params(np.ones(5))["rate"] <= 1e-1


def test_what_a_rule_chooses_counts_as_the_middle():
    room = Space.of((BY_RULE, RATE, MAYBE))
    assert room.point({"by_rule": None}) == pytest.approx([0.5, 0.5, 0.25])
    assert room.point({"rate": 1.0, "maybe": "unknown"}) == pytest.approx([0.5, 1.0, 0.5])
    assert room.point({"rate": math.nan})[1] == 0.5


def test_what_is_left_out_is_at_its_default():
    room = Space.of((RATE, DEPTH))
    assert room.key({}) == room.key({"rate": RATE.default, "depth": DEPTH.default, "other": 1})
    assert room.key({}) != room.key({"depth": 4})


def test_sizes():
    assert Space.of(()).size == 1
    assert Space.of(FINITE).size == 9
    assert Space.of((replace(RATE, low=1e-3, high=1e-3), KIND)).size == 3
    assert Space.of(MIXED).size == math.inf


def test_every_setting_of_a_finite_space_is_listed_once():
    room = Space.of((*FINITE, replace(WIDTH, low=4, high=6), MAYBE))
    listed = [room.key(each) for each in room.every()]
    assert len(set(listed)) == len(listed) == room.size
    assert {each[2] for each in listed} == {4, 5, 6}


def test_the_last_setting_that_is_left_is_found():
    room = Space.of((replace(DEPTH, low=1, high=900),))
    taken = {(each,) for each in range(1, 901) if each != 617}
    assert room.fresh(np.random.default_rng(0), taken) == {"depth": 617}
    assert room.fresh(np.random.default_rng(0), taken | {(617,)}) is None


def test_points_outside_are_folded_back():
    assert reflected(np.array([-0.2, 0.3, 1.4, 2.1, -1.3])) == pytest.approx([0.2, 0.3, 0.6, 0.1, 0.7])
