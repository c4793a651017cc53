"""How large a population there is time for."""

from __future__ import annotations

import itertools
import math

import pytest

from headstart.flow.adapting.populating.size import LEAST, Pace, Size, fitting, passes_after

PACE = Pace(passes=6, pass_s=2.0, once_s=1.0)
WANTED = Size(members=8, steps=4)


def test_a_population_takes_all_passes_once_and_each_step_something_beside():
    assert WANTED.seconds(PACE) == 8 * (6 * 2.0 + 4 * 1.0)
    assert PACE.whole_s == PACE.step_s(6) == 13.0


def test_without_a_deadline_it_is_as_large_as_wanted():
    assert fitting(WANTED, PACE, left_s=math.inf) == WANTED


@pytest.mark.parametrize("left_s", range(56, 140, 7))
def test_it_fits_the_time_and_nothing_larger_does(left_s):
    found = fitting(WANTED, PACE, left_s=left_s)
    assert found.seconds(PACE) <= left_s
    assert found.members >= LEAST.members
    assert found.steps >= LEAST.steps
    for members in range(4, 9):
        for steps in range(2, 5):
            other = Size(members=members, steps=steps)
            if other.members * other.steps > found.members * found.steps:
                assert other.seconds(PACE) > left_s


def test_with_too_little_time_for_four_members_in_two_steps_there_is_none():
    assert Size(members=4, steps=2) == LEAST
    assert fitting(WANTED, PACE, left_s=LEAST.seconds(PACE) - 1e-6) is None
    assert fitting(WANTED, PACE, left_s=LEAST.seconds(PACE)) == LEAST
    assert fitting(WANTED, PACE, left_s=-5.0) is None


def test_a_step_has_a_pass_at_least():
    short = Pace(passes=3, pass_s=2.0, once_s=1.0)
    assert fitting(WANTED, short, left_s=math.inf) == Size(members=8, steps=3)
    assert fitting(WANTED, Pace(passes=1, pass_s=2.0, once_s=1.0), left_s=math.inf) is None


@pytest.mark.parametrize("passes", range(2, 20))
def test_steps_are_whole_passes_that_come_to_all_of_them(passes):
    for steps in range(2, min(5, passes) + 1):
        ends = [passes_after(step, steps=steps, passes=passes) for step in range(steps + 1)]
        assert ends[0] == 0
        assert ends[-1] == passes
        lengths = [later - earlier for earlier, later in itertools.pairwise(ends)]
        assert min(lengths) >= 1
        assert max(lengths) - min(lengths) <= 1
