"""Candidates that would run out of memory, by what earlier fits took."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from headstart.core.plan import Candidate, Cost
from headstart.train.work import memory_reasons

if TYPE_CHECKING:
    from headstart.core.machine import Machine


def within_memory(candidate: Candidate, machine: Machine) -> Candidate:
    """The candidate, blocked where its cost as earlier fits correct it is more than there is memory for.

    Args:
        candidate: with its corrected cost.
        machine: what it would run on.
    """
    if candidate.blocked:
        return candidate
    there = machine.memory_bytes if candidate.base is None else machine.device_memory_bytes
    reasons = memory_reasons(candidate.cost, replace(machine, device_memory_bytes=there))
    if not reasons:
        return candidate
    nothing = Cost(seconds=0.0, peak_bytes=0.0)
    return replace(candidate, cost=nothing, modelled=None, why="; ".join(reasons), blocked=True)
