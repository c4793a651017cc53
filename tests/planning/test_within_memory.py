"""Candidates are left out where earlier fits say that there is too little memory for them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from headstart.core.plan import Candidate, Cost, Step
from headstart.planning.within_memory import within_memory
from tests.contracts.small_data import small_situation, small_task

GIB = 2**30


def candidate(gib, **told):
    cost = Cost(seconds=9.0, peak_bytes=gib * GIB)
    return Candidate(base="embedded", steps=(Step(use="full"),), cost=cost, why="learns", **told)


@pytest.fixture
def machine():
    told = small_situation(small_task(), None, train_rows=100).machine
    return replace(told, memory_bytes=8 * GIB, device_memory_bytes=8 * GIB)


def test_what_fits_is_left_as_it_is(machine):
    assert within_memory(candidate(2.0), machine, starved={}) == candidate(2.0)


def test_what_needs_more_than_there_is_says_so(machine):
    found = within_memory(candidate(9.0), machine, starved={})
    assert found.blocked
    assert "up to 10.8 GiB" in found.why


@pytest.mark.parametrize(("gib", "blocked"), [(2.9, False), (3.0, True), (4.0, True)])
def test_what_the_model_says_as_much_of_as_of_one_that_died_says_so(machine, gib, blocked):
    found = within_memory(candidate(gib), machine, starved={"full": 3.0 * GIB})
    assert found.blocked == blocked
    assert ("3.0 GiB died for want of memory" in found.why) == blocked
    assert within_memory(candidate(gib), machine, starved={"lora": 1.0}) == candidate(gib)


def test_what_the_model_said_counts_and_not_its_correction(machine):
    corrected = candidate(1.0, modelled=Cost(seconds=9.0, peak_bytes=4.0 * GIB))
    assert within_memory(corrected, machine, starved={"full": 3.0 * GIB}).blocked


def test_other_reasons_stay(machine):
    blocked = candidate(0.0, blocked=True)
    assert within_memory(blocked, machine, starved={"full": 0.0}) is blocked
