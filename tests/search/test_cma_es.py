"""CMA-ES through Optuna: its distribution moves to the optimum, whoever proposed what it learns from."""

from __future__ import annotations

import sys

import numpy as np
import pytest

from headstart import registry
from headstart.core.knob import Knob
from headstart.core.search import Tried
from headstart.errors import MissingExtra
from tests.contracts.search_contract import RATE, SHARE, SearchContract, search_on

pytest.importorskip("optuna")
pytest.importorskip("cmaes")
CUBE = tuple(Knob(name=name, default=0.5, help="", low=0.0, high=1.0) for name in "xyz")


def sphere(proposal, history):
    return -sum((value - 0.8) ** 2 for value in proposal.params.values())


class TestCmaEs(SearchContract):
    name = "cma_es"
    params = {"members": 5}
    enough = 30
    chances = 6
    trials = 14

    def test_its_distribution_moves_to_the_optimum(self):
        history = search_on(registry.build("search", self.name, {}), CUBE, 49, score=sphere)
        scores = [each.score for each in history]
        assert np.mean(scores[-14:]) > 0.5 * np.mean(scores[:14])

    def test_it_learns_from_what_others_proposed(self, search):
        rng = np.random.default_rng(0)
        history = []
        for _ in range(30):
            params = {name: float(value) for name, value in zip("xyz", rng.random(3), strict=True)}
            history.append(Tried(params=params, score=-sum((each - 0.8) ** 2 for each in params.values())))
        found = [search.propose(CUBE, history, seed=seed).params.values() for seed in range(8)]
        assert np.mean([np.mean(list(each)) for each in found]) > 0.65

    @pytest.mark.parametrize("package", ["optuna", "cmaes"])
    def test_a_missing_package_is_answered_with_the_extra(self, search, monkeypatch, package):
        monkeypatch.setitem(sys.modules, package, None)
        with pytest.raises(MissingExtra, match=rf"'{package}'.*headstart\[search\]"):
            search.propose((RATE, SHARE), (), seed=0)

    def test_generations_are_as_large_as_asked(self):
        search = registry.build("search", self.name, {"members": 5, "step": 0.05})
        history = search_on(search, CUBE, 6, score=sphere)
        first = np.array([list(each.params.values()) for each in history[1:6]])
        assert np.abs(first - 0.5).max() < 0.25
