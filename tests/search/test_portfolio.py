"""The portfolio: known settings in order, then a search; and the measurements that it ships."""

from __future__ import annotations

import itertools
import tomllib

import numpy as np
import pytest

from headstart import registry
from headstart.core.knob import knobs, search_space
from headstart.core.search import Tried
from headstart.errors import SettingError, UnknownName
from headstart.planning.parameters import parse
from headstart.search._known import LEAST_GAIN, MEASURED, known, portfolio
from tests.contracts.search_contract import MIXED, RATE, SHARE, SearchContract, search_on

SETTINGS = ({}, {"rate": 1e-2}, {"rate": 1e-4, "share": 0.3})
SHIPPED = tomllib.loads(MEASURED.read_text(encoding="utf-8"))
MEASURED_STRATEGIES = tuple(SHIPPED["settings"])
# Sets on whose training rows defaults may be tuned.
FOR_TUNING = {"sst2", "ag_news", "banking77", "tweeteval_emotion", "customer_reviews"}


class TestPortfolio(SearchContract):
    name = "portfolio"
    params = {"settings": SETTINGS}
    given = 3

    def test_known_settings_come_first_and_in_order(self, search):
        history = search_on(search, MIXED, 4)
        assert [each.params for each in history[:3]] == list(SETTINGS)
        assert set(history[3].params) == {each.name for each in MIXED}

    def test_the_search_goes_on_from_what_they_gave(self):
        then = registry.build("search", "local", {})
        search = registry.build("search", self.name, {"settings": SETTINGS, "then": "local"})
        history = [Tried(params=each, score=0.1 * place) for place, each in enumerate(SETTINGS)]
        assert search.propose(MIXED, history, seed=4) == then.propose(MIXED, history, seed=4)

    def test_what_was_tried_is_skipped_whoever_tried_it(self, search):
        history = [Tried(params={"rate": 1e-2}, score=0.5)]
        assert search.propose(MIXED, history, seed=0).params == {}
        history.append(Tried(params={"rate": RATE.default, "share": SHARE.default}))
        assert search.propose(MIXED, history, seed=0).params == SETTINGS[2]

    def test_knobs_that_are_not_searched_are_left_alone(self, search):
        assert [each.params for each in search_on(search, (SHARE,), 2)] == [{}, {"share": 0.3}]

    def test_settings_outside_a_narrower_range_are_skipped(self):
        search = registry.build("search", self.name, {"settings": ({"share": 0.9}, {"share": 0.2})})
        assert search.propose((SHARE,), (), seed=0).params == {"share": 0.2}

    def test_a_strategy_without_measurements_begins_with_its_defaults(self):
        search = registry.build("search", self.name, {})
        first, second, *_ = search_on(search, MIXED, 3)
        assert first.params == {}
        assert set(second.params) == {each.name for each in MIXED}

    def test_another_search_may_follow(self):
        search = registry.build("search", self.name, {"settings": ({},), "then": "grid"})
        assert search_on(search, (SHARE,), 9)[1].params["share"] in [
            pytest.approx(each) for each in (0.25 / 3, 0.25, 1.25 / 3)
        ]

    def test_what_follows_must_be_another_search(self):
        for then, error in (("portfolio", SettingError), ("nothing", UnknownName)):
            search = registry.build("search", self.name, {"settings": (), "then": then})
            with pytest.raises(error):
                search.propose(MIXED, (), seed=0)


class TestOrder:
    @pytest.mark.parametrize("seed", range(5))
    def test_each_setting_adds_most_to_those_before_it(self, seed):
        scores = np.random.default_rng(seed).random((7, 5))
        order = portfolio(scores)
        for place in range(1, len(order)):
            before = scores[order[:place]].max(axis=0)
            gains = [np.maximum(before, each).mean() for each in scores]
            assert gains[order[place]] == pytest.approx(max(gains))
        assert scores[order].max(axis=0) == pytest.approx(scores.max(axis=0), abs=LEAST_GAIN * 5)

    def test_it_is_near_the_best_subset_of_its_size(self):
        scores = np.random.default_rng(9).random((8, 6))
        chosen = portfolio(scores, first=int(scores.mean(axis=1).argmax()))[:3]
        best = max(scores[list(each)].max(axis=0).mean() for each in itertools.combinations(range(8), 3))
        assert scores[chosen].max(axis=0).mean() >= (1 - 1 / np.e) * best

    def test_what_adds_nothing_is_left_out(self):
        assert portfolio(np.array([[0.9, 0.5], [0.8, 0.4], [0.1, 0.6], [0.9, 0.5]])) == [0, 2]


class TestShipped:
    def test_it_says_where_it_comes_from(self):
        assert {"command", "date", "base", "metric", "machine"} <= set(SHIPPED["measured"])

    def test_it_was_measured_on_sets_for_tuning_alone(self):
        cases = [case for each in SHIPPED["settings"].values() for entry in each for case in entry["scores"]]
        assert {case.split(":")[0] for case in cases} <= FOR_TUNING

    @pytest.mark.parametrize("strategy", MEASURED_STRATEGIES)
    def test_every_setting_is_one_that_the_strategy_takes_and_a_search_may_propose(self, strategy):
        plugin = registry.load("strategies", strategy)
        declared = {each.name: each for each in knobs(plugin)}
        searched = {each.name for each in search_space(plugin)}
        for entry in SHIPPED["settings"][strategy]:
            assert set(entry["params"]) <= searched
            for name, value in entry["params"].items():
                assert parse(declared[name], value) == value
            assert set(entry["scores"]) == set(SHIPPED["settings"][strategy][0]["scores"])
            assert all(0.0 <= each <= 1.0 for each in entry["scores"].values())

    @pytest.mark.parametrize("strategy", MEASURED_STRATEGIES)
    def test_it_begins_with_the_defaults(self, strategy):
        assert known(strategy)[0] == {}
        space = search_space(registry.load("strategies", strategy))
        search = registry.build("search", "portfolio", {})
        tried = [each.params for each in search_on(search, space, len(known(strategy)), score=lambda *_: 0.5)]
        assert tried == list(known(strategy))
