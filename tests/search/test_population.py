"""Population-based training: the worse take over weights and settings of the better."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from headstart import registry
from headstart.core.search import WAIT, Proposal, Tried
from tests.contracts.search_contract import DEPTH, KIND, RATE, SHARE, SearchContract, search_on, started

SPACE = (RATE, SHARE, DEPTH)


def population(**params):
    return registry.build("search", "population", {"members": 4, "steps": 2, "share": 0.25, **params})


def first_generation(scores):
    search = population()
    history: list[Tried] = []
    for score in scores:
        history.append(replace(started(search.propose(SPACE, history, seed=0)), score=score))
    return history


class TestPopulation(SearchContract):
    name = "population"
    exhausts = False
    enough = 400

    def test_all_members_are_trained_to_the_end_and_then_it_ends(self):
        history = search_on(population(), SPACE, 100)
        assert [each.fidelity for each in history] == [0.5] * 4 + [1.0] * 4
        assert population().propose(SPACE, history, seed=0) is None

    def test_the_worst_goes_on_from_the_best_and_all_others_from_themselves(self):
        history = first_generation([0.5, 0.1, 0.9, 0.6])
        for _ in range(4):
            history.append(replace(started(population().propose(SPACE, history, seed=0)), score=1.0))
        assert [each.parent for each in history[4:]] == [0, 2, 2, 3]
        for own, child in ((0, 4), (2, 6), (3, 7)):
            assert history[child].params == history[own].params

    @pytest.mark.parametrize("seed", range(8))
    def test_a_copy_is_perturbed_where_that_is_possible_in_the_middle_of_a_training(self, seed):
        history = first_generation([0.1, 0.5, 0.9, 0.6])
        copy = population(resample=0.0).propose(SPACE, history, seed=seed)
        best = history[2].params
        assert copy.parent == 2
        assert copy.params["depth"] == best["depth"]
        for knob in (RATE, SHARE):
            changed = [min(best[knob.name] * factor, knob.high) for factor in (0.8, 1.2)]
            assert copy.params[knob.name] in [pytest.approx(each) for each in changed]

    def test_the_first_member_may_be_given_and_all_others_are_drawn(self):
        given = {"rate": 2e-3, "share": 0.2, "depth": 4}
        plain, led = (search_on(population(first=first), SPACE, 4) for first in (None, given))
        assert led[0].params == given
        assert [each.params for each in led[1:]] == [each.params for each in plain[1:]]
        assert search_on(population(first={"rate": 2e-3}), SPACE, 1)[0].params == {
            "rate": 2e-3, "share": SHARE.default, "depth": DEPTH.default
        }  # fmt: skip

    def test_a_copy_may_be_drawn_anew(self):
        history = first_generation([0.1, 0.5, 0.9, 0.6])
        drawn = [population(resample=1.0).propose(SPACE, history, seed=seed).params for seed in range(20)]
        assert len({each["rate"] for each in drawn}) == 20
        assert {each["depth"] for each in drawn} == {history[2].params["depth"]}

    def test_equals_go_on_as_they_are(self):
        history = first_generation([0.5, 0.5, 0.5, 0.5])
        assert population().propose(SPACE, history, seed=0).parent == 0

    def test_a_member_that_still_runs_is_passed_over(self):
        history = first_generation([0.5, 0.1, 0.9, 0.6])
        first_runs = [replace(history[0], score=None), *history[1:]]
        children = []
        for _ in range(3):
            child = population().propose(SPACE, first_runs, seed=0)
            children.append(child.parent)
            first_runs.append(started(child))
        assert children == [2, 2, 3]
        assert population().propose(SPACE, first_runs, seed=0) is WAIT

    def test_nobody_goes_on_before_half_of_the_generation_has_a_score(self):
        history = first_generation([0.5, 0.1, 0.9, 0.6])
        alone = [history[0], *(replace(each, score=None) for each in history[1:])]
        assert population().propose(SPACE, alone, seed=0) is WAIT
        half = [*history[:2], *(replace(each, score=None) for each in history[2:])]
        assert isinstance(population().propose(SPACE, half, seed=0), Proposal)

    def test_a_failed_start_is_replaced_by_another(self):
        history = first_generation([0.5, math.nan, 0.9, 0.6])
        proposal = population().propose(SPACE, history, seed=0)
        assert (proposal.parent, proposal.fidelity) == (None, 0.5)

    def test_what_failed_while_going_on_is_replaced_by_a_perturbed_copy_of_the_best(self):
        history = first_generation([0.5, 0.6, 0.9, 0.7])[1:] + first_generation([0.1])
        plain = population().propose(SPACE, history, seed=0)
        assert plain.parent == 0
        history.append(replace(started(plain), score=math.nan))
        again = population().propose(SPACE, history, seed=0)
        assert again.parent == 1
        assert again.params != history[1].params

    def test_without_a_knob_that_may_change_nobody_is_copied(self):
        space = (DEPTH, KIND)
        history = search_on(population(), space, 100)
        assert [each.parent for each in history[4:]] == [0, 1, 2, 3]

    def test_the_last_trial_is_waited_for_as_it_may_fail(self):
        history = search_on(population(), SPACE, 100)
        history[-1] = replace(history[-1], score=None)
        assert population().propose(SPACE, history, seed=0) is WAIT
        history[-1] = replace(history[-1], score=math.nan)
        assert isinstance(population().propose(SPACE, history, seed=0), Proposal)
