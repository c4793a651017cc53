"""The time that a training has."""

from __future__ import annotations

import math
import time
from types import SimpleNamespace

import pytest

from headstart.core.context import silent
from headstart.core.deadline import Deadline
from headstart.train.budget import Budget
from tests.train.test_loop import Words, training


@pytest.fixture
def clock(monkeypatch):
    """A monotonic clock that stands still unless it is told to go on."""
    told = SimpleNamespace(now=1000.0)
    monkeypatch.setattr(time, "monotonic", lambda: told.now)
    return told


def factors(clock, *, within_s: float, step_s: float = 1.0) -> list[float]:
    """What rates were multiplied by in each step of a training whose steps take so long."""
    seen = list[float]()

    class Slow:
        def begin_step(self, step):
            seen.append(step.factor)
            clock.now += step_s

        def __getattr__(self, name):
            return lambda *_: None

    job = training(Words())
    job.hooks = [Slow()]
    list(job.run(Deadline.after(within_s), silent, reserve_s=lambda: 0.0))
    return seen


def test_without_a_limit_only_the_steps_count(clock):
    budget = Budget.from_now(lambda: math.inf)
    clock.now += 1e6
    assert [budget.reached(each) for each in (0.0, 0.3, 1.0)] == [0.0, 0.3, 1.0]
    assert budget.open


def test_where_time_ends_first_it_counts(clock):
    budget = Budget.from_now(lambda: 1100.0 - clock.now)
    clock.now += 60.0
    assert budget.reached(0.3) == pytest.approx(0.6)
    assert budget.reached(0.7) == 0.7
    # At the very start a pace can't be told.
    assert budget.reached(0.05) == 0.05
    clock.now += 40.0
    assert budget.reached(0.3) == 1.0
    assert not budget.open


def test_what_was_done_before_does_not_count_against_it(clock):
    budget = Budget.from_now(lambda: 1100.0 - clock.now, done=0.5)
    clock.now += 60.0
    assert budget.reached(0.6) == pytest.approx(0.5 + 0.5 * 0.6)
    assert budget.reached(0.53) == 0.53


def test_rates_have_fallen_when_time_is_up(clock):
    whole = factors(clock, within_s=1e6)
    short = factors(clock, within_s=len(whole) / 2)
    # It stops where a whole one would be at half of its rates, with next to nothing.
    assert len(short) == pytest.approx(len(whole) / 2, abs=1)
    assert short[-1] < 0.1 < whole[len(short) - 1]
    assert short[1:] == sorted(short[1:], reverse=True)


def test_with_time_enough_nothing_changes(clock):
    assert factors(clock, within_s=60.0) == factors(clock, within_s=1e6)
