"""Candidates that would run out of memory, by what earlier fits took."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from headstart.core.plan import Candidate, Cost
from headstart.train.work import memory_reasons

if TYPE_CHECKING:
    from collections.abc import Mapping

    from headstart.core.machine import Machine


STARVED = (
    "a fit of it for which the model had foretold {:.1f} GiB died for want of memory on this computer; free "
    "some, or take a smaller base, a smaller batch_size or a shorter max_length"
)


def within_memory(candidate: Candidate, machine: Machine, *, starved: Mapping[str, float]) -> Candidate:
    """The candidate, blocked where earlier fits say that there is too little memory for it.

    Args:
        candidate: with its cost as they correct it.
        machine: what it would run on.
        starved: see `CostHistory`.
    """
    if candidate.blocked:
        return candidate
    there = machine.memory_bytes if candidate.base is None else machine.device_memory_bytes
    reasons = memory_reasons(candidate.cost, replace(machine, device_memory_bytes=there))
    least = starved.get(candidate.name, math.inf)
    if not reasons and (candidate.modelled or candidate.cost).peak_bytes >= least:
        reasons = (STARVED.format(least / 2**30),)
    if not reasons:
        return candidate
    nothing = Cost(seconds=0.0, peak_bytes=0.0)
    return replace(candidate, cost=nothing, modelled=None, why="; ".join(reasons), blocked=True)
