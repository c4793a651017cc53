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
    shorter = planner.shorter(whole)
    assert shorter is not None
    # 30 rows a class: six epochs.
    assert shorter.steps[0].params == {**whole.steps[0].params, "epochs": 3}
    assert shorter.steps[0].params["dropout"] == 0.1
    assert 0.4 * whole.cost.seconds < shorter.cost.seconds < whole.cost.seconds
    assert "3 epochs of 6, for want of time" in shorter.why


def test_epochs_that_were_said_stay(planner):
    assert planner.shorter(planned(planner, "full", epochs=6)) is None


def test_what_is_not_trained_in_epochs_has_none(planner):
    assert planner.shorter(planned(planner, "probe")) is None
    assert planner.shorter(planned(planner, "few_shot")) is None


def test_nor_has_what_is_blocked(planner):
    blocked = planned(planner, "multitask")
    assert blocked.blocked
    assert planner.shorter(blocked) is None
