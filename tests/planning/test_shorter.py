"""A candidate with a shorter training, for when time is short."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from headstart.planning.planner import Planner


def planned(planner: Planner, name: str, **params):
    told = {f"{name}.{key}": value for key, value in params.items()}
    (found,) = planner.plan(strategies=(name,), params=told).candidates
    return found


@pytest.mark.parametrize("name", ["full", "partial", "gradual", "lora"])
def test_it_has_half_of_the_epochs_that_suit_the_rows_and_costs_less(planner, name):
    whole = planned(planner, name, dropout=0.1)
    (shorter,) = planner.shorter(whole)
    # 30 rows a class: six epochs.
    assert shorter.steps[0].params == {**whole.steps[0].params, "epochs": 3}
    assert shorter.steps[0].params["dropout"] == 0.1
    assert 0.4 * whole.cost.seconds < shorter.cost.seconds < whole.cost.seconds
    assert "3 epochs of 6, for want of time" in shorter.why


def test_contrastive_tuning_is_halved_twice(planner):
    whole = planned(planner, "contrastive")
    half, quarter = planner.shorter(whole)
    # 90 rows in three batches: 14 epochs make 40 steps.
    assert [each.steps[0].params["epochs"] for each in (half, quarter)] == [7, 4]
    assert quarter.cost.seconds < half.cost.seconds < whole.cost.seconds


def test_epochs_that_were_said_stay(planner):
    assert planner.shorter(planned(planner, "full", epochs=6)) == ()


def test_what_is_not_trained_in_epochs_has_none(planner):
    assert planner.shorter(planned(planner, "probe")) == ()
    assert planner.shorter(planned(planner, "few_shot")) == ()


def test_nor_has_what_is_blocked(planner):
    blocked = planned(planner, "multitask")
    assert blocked.blocked
    assert planner.shorter(blocked) == ()
