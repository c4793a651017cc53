"""Random search: evenly drawn, whatever the scale of a knob."""

from __future__ import annotations

import math

import numpy as np
from scipy.stats import chisquare, kstest

from headstart import registry
from headstart.core.search import Tried
from tests.contracts.search_contract import DEPTH, KIND, RATE, SHARE, WIDTH, SearchContract


class TestRandom(SearchContract):
    name = "random"
    learns = False

    def drawn(self, *space):
        search = registry.build("search", self.name, {})
        return [search.propose(space, [Tried(params={})] * step, seed=5).params for step in range(600)]

    def test_ranges_are_covered_evenly_on_their_scale(self):
        found = self.drawn(RATE, SHARE)
        exponents = [(math.log10(each["rate"]) + 5) / 4 for each in found]
        assert kstest(exponents, "uniform").pvalue > 0.001
        assert kstest([each["share"] / 0.5 for each in found], "uniform").pvalue > 0.001

    def test_whole_numbers_and_choices_are_equally_likely(self):
        found = self.drawn(DEPTH, KIND)
        assert chisquare(np.unique([each["depth"] for each in found], return_counts=True)[1]).pvalue > 0.001
        assert chisquare(np.unique([each["kind"] for each in found], return_counts=True)[1]).pvalue > 0.001

    def test_whole_numbers_over_orders_of_magnitude_are_as_likely_as_their_share_of_the_scale(self):
        found = [each["width"] for each in self.drawn(WIDTH)]
        below = math.log(16.5 / 3.5) / math.log(256.5 / 3.5)
        assert abs(np.mean(np.array(found) <= 16) - below) < 0.05
