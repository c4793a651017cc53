"""TPE through Optuna: it learns from good and bad trials, says nothing, and asks for its package."""

from __future__ import annotations

import logging
import sys

import numpy as np
import pytest

from headstart import registry
from headstart.core.search import Tried
from headstart.errors import MissingExtra
from tests.contracts.search_contract import KIND, RATE, SHARE, SearchContract, search_on

pytest.importorskip("optuna")
SPACE = (RATE, SHARE, KIND)


class TestTpe(SearchContract):
    name = "tpe"
    chances = 8
    trials = 20

    def test_it_keeps_to_what_was_good(self):
        rng, search = np.random.default_rng(0), registry.build("search", self.name, {})
        history = []
        for _ in range(40):
            share, kind = float(rng.uniform(0, 0.5)), str(rng.choice(list("abc")))
            score = -abs(share - 0.4) - (kind != "c")
            history.append(Tried(params={"rate": 1e-3, "share": share, "kind": kind}, score=score))
        found = [search.propose(SPACE, history, seed=seed).params for seed in range(20)]
        assert np.mean([each["kind"] == "c" for each in found]) > 0.8
        assert abs(np.median([each["share"] for each in found]) - 0.4) < 0.08

    def test_running_trials_push_it_away(self):
        search = registry.build("search", self.name, {})
        history = [Tried(params={"share": each / 40}, score=-abs(each / 40 - 0.25)) for each in range(21)]
        running = [Tried(params={"share": 0.25 + each / 1000}) for each in range(-8, 8)]

        def near(tried):
            found = [search.propose((SHARE,), tried, seed=seed).params["share"] for seed in range(20)]
            return np.mean([abs(each - 0.25) < 0.02 for each in found])

        assert near([*history, *running]) < 0.5 * near(history)

    def test_it_leaves_terminal_and_settings_of_the_library_alone(self, search, capfd):
        import optuna

        before = optuna.logging.get_verbosity()
        search_on(search, SPACE, 10)
        assert capfd.readouterr() == ("", "")
        assert optuna.logging.get_verbosity() == before
        assert logging.getLogger("optuna").handlers

    def test_a_missing_package_is_answered_with_the_extra(self, search, monkeypatch):
        monkeypatch.setitem(sys.modules, "optuna", None)
        with pytest.raises(MissingExtra, match=r"'optuna'.*headstart\[search\]"):
            search.propose(SPACE, (), seed=0)
