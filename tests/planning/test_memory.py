"""No plan calls a fit safe that would run out of memory, as far as earlier fits tell."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from headstart.core.plan import Cost
from headstart.planning.history import CostHistory, Fit, machine_key

if TYPE_CHECKING:
    from headstart.core.plan import Candidate
    from headstart.planning.planner import Planner


def planned(planner: Planner, name: str) -> Candidate:
    (found,) = planner.plan(strategies=(name,)).candidates
    return found


def with_memory(planner: Planner, there: float) -> Planner:
    machine = replace(planner.machine, memory_bytes=int(there), device_memory_bytes=int(there))
    return replace(planner, machine=machine)


def having_taken(planner: Planner, name: str, times: float) -> Planner:
    """After fits of a strategy that took so many times the memory that the model had said."""
    one, more = Cost(seconds=1.0, peak_bytes=1.0), Cost(seconds=1.0, peak_bytes=times)
    fit = Fit(name=name, machine=machine_key(planner.machine), modelled=one, actual=more)
    return replace(planner, history=CostHistory(fits=(fit,) * 9))


def test_what_earlier_fits_took_counts_where_the_model_alone_would_call_it_safe(planner: Planner):
    narrow = with_memory(planner, 1.3 * planned(planner, "full").cost.peak_bytes)
    assert not planned(narrow, "full").blocked
    found = planned(having_taken(narrow, "full", 1.5), "full")
    assert found.blocked
    assert "GiB of memory and there are" in found.why
    assert found.cost.seconds == 0.0


def test_every_adaptation_is_held_to_the_same_margin(planner: Planner):
    for name in ("probe", "few_shot", "full"):
        needed = planned(planner, name).cost.peak_bytes
        assert planned(with_memory(planner, 1.15 * needed), name).blocked, name
        assert not planned(with_memory(planner, 1.25 * needed), name).blocked, name


def test_baselines_that_open_no_base_are_measured_whatever_they_take(planner: Planner):
    narrow = with_memory(planner, 1.0)
    known = {each.name: each for each in narrow.plan(strategies=("probe",)).baselines}
    assert not known["majority"].blocked
    assert not known["tfidf"].blocked
    assert "GiB of memory" in known["zero_shot"].why
