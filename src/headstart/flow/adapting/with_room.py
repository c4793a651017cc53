"""Settings under which every row has room beside what stands ahead of it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from headstart.flow.adapting.notes import Reading, refusal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from headstart.core.base import BaseInfo
    from headstart.core.plan import Candidate
    from headstart.core.split import Dataset
    from headstart.flow.adapting.proposing import Vary


def with_room(vary: Vary, dataset: Dataset, bases: Sequence[BaseInfo]) -> Vary:
    """The same, a candidate being blocked with the reason where it leaves some row no room.

    A search knows ranges and not rows: a fit of what it proposes would fail on the one row that is too long.

    Args:
        vary: makes a candidate of other parameters.
        dataset: the rows.
        bases: the bases of the candidates.
    """
    by_name = {each.name: each for each in bases}
    # Rows are counted in tokens once for each number of tokens ahead of them.
    known = dict[tuple[str, Reading], str]()

    def varied(candidate: Candidate, params: Mapping[str, Any]) -> Candidate:
        found = vary(candidate, params)
        base = by_name.get(found.base or "")
        reading = Reading.of({step.use: step.params for step in found.steps})
        if found.blocked or base is None or not reading.ahead:
            return found
        told = (base.name, reading)
        if told not in known:
            known[told] = refusal(dataset, base, reading)
        return replace(found, blocked=True, why=known[told]) if known[told] else found

    return varied
