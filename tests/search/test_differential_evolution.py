"""Differential evolution: challengers are what the formula says, and members what the history says."""

from __future__ import annotations

import itertools
import math
from dataclasses import replace

import numpy as np
import pytest

from headstart import registry
from headstart.core.knob import Knob
from headstart.core.search import Tried
from headstart.search._standing import standings
from headstart.search.differential_evolution import _members
from tests.contracts.search_contract import SearchContract

SQUARE = tuple(Knob(name=name, default=0.5, help="", low=0.0, high=1.0) for name in "xy")


def evolution(**params):
    return registry.build("search", "differential_evolution", params)


def tried(x, y, score):
    return Tried(params={"x": x, "y": y}, score=score)


def point(trial):
    return np.array([trial.params["x"], trial.params["y"]])


MEMBERS = [
    tried(0.40, 0.40, 1.0),
    tried(0.50, 0.45, 2.0),
    tried(0.55, 0.60, 3.0),
    tried(0.47, 0.52, 4.0),
    tried(0.61, 0.38, 5.0),
]


class TestDifferentialEvolution(SearchContract):
    name = "differential_evolution"
    enough = 60

    @pytest.mark.parametrize("seed", range(5))
    def test_a_mutant_is_a_base_and_a_weighted_difference_of_three_others(self, seed):
        search = evolution(members=5, weight=0.5, crossover=1.0)
        found = point(search.propose(SQUARE, MEMBERS, seed=seed))
        mutants = [
            point(base) + 0.5 * (point(one) - point(other))
            for base, one, other in itertools.permutations(MEMBERS[1:], 3)
        ]
        assert min(np.abs(found - each).max() for each in mutants) < 1e-9

    @pytest.mark.parametrize("seed", range(5))
    def test_without_crossover_one_knob_alone_comes_from_the_mutant(self, seed):
        found = point(evolution(members=5, crossover=0.0).propose(SQUARE, MEMBERS, seed=seed))
        assert (found == point(MEMBERS[0])).sum() == 1

    @pytest.mark.parametrize(
        ("score", "stays"), [(0.9, True), (1.0, False), (1.1, False), (math.nan, True), (None, True)]
    )
    def test_a_challenger_that_is_no_worse_takes_the_place_of_its_target(self, score, stays):
        places = standings([*MEMBERS, tried(0.9, 0.9, score)])
        assert _members(places, 5) == [0 if stays else 5, 1, 2, 3, 4]

    def test_challengers_come_to_the_members_in_turn(self):
        challenged = [tried(0.9, 0.9, 9.0) for _ in range(7)]
        assert _members(standings([*MEMBERS, *challenged]), 5) == [10, 11, 7, 8, 9]

    def test_whoever_has_a_score_stands_above_a_member_that_runs(self):
        running = [replace(MEMBERS[0], score=None), *MEMBERS[1:], tried(0.9, 0.9, 0.1)]
        assert _members(standings(running), 5)[0] == 5

    def test_a_mutant_outside_a_range_is_folded_back(self):
        edge = [replace(each, params={"x": each.params["x"] * 1.6, "y": 1.0}) for each in MEMBERS]
        for seed in range(20):
            found = point(evolution(members=5, weight=2.0).propose(SQUARE, edge, seed=seed))
            assert ((found >= 0.0) & (found <= 1.0)).all()
