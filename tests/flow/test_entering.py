"""Who enters a race next."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from headstart.core.plan import Step
from headstart.flow.adapting.entering import Entering
from tests.flow.racing import candidate

if TYPE_CHECKING:
    from headstart.core.plan import Candidate

SECONDS = {"contrastive": 20.0, "probe": 1.0, "full": 40.0, "partial": 15.0}


def planned(name: str) -> Candidate:
    return candidate(name, seconds=SECONDS[name])


def halved(each: Candidate) -> tuple[Candidate, ...]:
    """Half of the epochs in half of the time, of one strategy a quarter too; what is not trained has none."""
    if each.name == "probe":
        return ()
    ways = [(2, 2.0), (1, 4.0)] if each.name == "contrastive" else [(2, 2.0)]
    return tuple(
        replace(
            candidate(each.name, seconds=each.cost.seconds / part),
            steps=(replace(each.steps[-1], params={"epochs": epochs}),),
        )
        for epochs, part in ways
    )


def entering(
    left_s: float, *, alone_s: float = 0.0, within_s: float | None = None, known: tuple[Step, ...] = ()
) -> Entering:
    return Entering(
        shorter=halved,
        left_s=lambda each, *, with_refit=True: left_s if with_refit else max(left_s, alone_s),
        within_s=within_s,
        known=lambda each: each.steps[-1] in known,
    )


@pytest.mark.parametrize(
    ("left_s", "name", "params"),
    [
        (50.0, "full", {}),
        # A shorter training comes before that of a later candidate.
        (30.0, "full", {"epochs": 2}),
        (16.0, "partial", {}),
        (8.0, "partial", {"epochs": 2}),
        # There is time for none: the first one takes what there is.
        (1.0, "full", {}),
    ],
)
def test_the_first_that_there_is_time_for_enters_with_as_long_a_training_as_fits(left_s, name, params):
    waiting = [planned("full"), planned("partial")]
    (step,) = entering(left_s).take(waiting, first=None).candidate.steps
    assert (step.use, step.params) == (name, params)
    assert [each.name for each in waiting] == [each for each in ("full", "partial") if each != name]


@pytest.mark.parametrize(("left_s", "params"), [(21.0, {}), (11.0, {"epochs": 2}), (6.0, {"epochs": 1})])
def test_the_longest_of_several_shorter_trainings_enters(left_s, params):
    assert entering(left_s).take([planned("contrastive")], first=None).candidate.steps[-1].params == params


def test_what_stands_for_the_untouched_base_comes_first_whatever_it_takes():
    waiting = [planned("probe"), planned("partial")]
    assert entering(0.0).take(waiting, first=waiting[0]).candidate.name == "probe"


def test_a_run_that_goes_on_takes_what_it_has_fitted_before():
    """By then there is less time, or other costs are expected."""
    (short,) = halved(planned("full"))
    for step in (Step(use="full"), short.steps[-1]):
        for left_s in (1.0, 500.0):
            waiting = [planned("full"), planned("partial")]
            entrant = entering(left_s, known=(step,)).take(waiting, first=None)
            assert entrant.candidate.steps == (step,)


def test_what_is_blocked_waits_for_the_others():
    blocked = replace(planned("full"), blocked=True, why="too few rows")
    waiting = [blocked, planned("partial")]
    taken = [entering(500.0).take(waiting, first=None).candidate.name for _ in range(2)]
    assert taken == ["partial", "full"]


def test_what_takes_next_to_nothing_comes_before_all_others():
    # Of two minutes three seconds are next to nothing, and of an hour five; without a deadline nothing is.
    for within_s in (120.0, 3600.0):
        waiting = [planned("full"), planned("partial"), planned("probe")]
        taken = [entering(500.0, within_s=within_s).take(waiting, first=None).candidate.name for _ in "123"]
        assert taken == ["probe", "full", "partial"]
    waiting = [planned("full"), planned("probe")]
    assert entering(500.0).take(waiting, first=None).candidate.name == "full"


@pytest.mark.parametrize(
    ("promised", "left_s", "alone_s", "name"),
    [
        # Others would take the time that it needs.
        (0.75, 16.0, 45.0, "full"),
        (0.71, 16.0, 45.0, "partial"),
        (0.75, 16.0, 35.0, "partial"),
        (None, 16.0, 45.0, "partial"),
    ],
)
def test_one_that_promises_more_enters_without_time_for_its_refit(promised, left_s, alone_s, name):
    quality = None if promised is None else (promised - 0.1, promised + 0.1)
    waiting = [replace(planned("full"), quality=quality), replace(planned("partial"), quality=(0.6, 0.8))]
    assert entering(left_s, alone_s=alone_s).take(waiting, first=None).candidate.name == name


def test_what_is_blocked_never_enters_for_what_it_promises():
    blocked = replace(planned("full"), blocked=True, why="too few rows", quality=(0.8, 0.9))
    waiting = [blocked, replace(planned("partial"), quality=(0.6, 0.8))]
    assert entering(16.0, alone_s=500.0).take(waiting, first=None).candidate.name == "partial"
