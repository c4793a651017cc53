"""Local search: near the best, nearer the longer nothing better is found."""

from __future__ import annotations

import math

import numpy as np

from headstart import registry
from headstart.core.search import Tried
from tests.contracts.search_contract import KIND, RATE, SHARE, SearchContract

CENTRE = {"rate": 1e-3, "share": 0.25}


class TestLocal(SearchContract):
    name = "local"

    def distance(self, worse: int) -> float:
        """Mean distance from the best, in the unit square, after so many trials that were no better."""
        search = registry.build("search", self.name, {"explore": 0.0})
        history = [Tried(params={"rate": 1e-5, "share": each / 100}, score=0.0) for each in range(3)]
        history += [Tried(params=CENTRE, score=1.0)]
        history += [Tried(params={"rate": 1e-1, "share": each / 1000}, score=0.5) for each in range(worse)]
        found = [search.propose((RATE, SHARE), history, seed=seed).params for seed in range(60)]
        return float(
            np.mean(
                [abs(math.log10(each["rate"] / 1e-3)) / 4 + abs(each["share"] - 0.25) / 0.5 for each in found]
            )
        )

    def test_steps_shrink_while_nothing_is_better(self):
        assert self.distance(0) > 1.5 * self.distance(5) > 2.0 * self.distance(12)

    def test_now_and_then_it_looks_elsewhere(self):
        search = registry.build("search", self.name, {"explore": 0.5, "step": 0.01})
        history = [Tried(params={**CENTRE, "kind": "b"}, score=1.0)] * 4
        found = [search.propose((RATE, SHARE, KIND), history, seed=seed).params for seed in range(80)]
        far = [abs(each["share"] - 0.25) > 0.1 for each in found]
        assert 0.1 < np.mean(far) < 0.6
