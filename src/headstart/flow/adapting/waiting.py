"""Which baselines wait until what a person asked for has been tried."""

from __future__ import annotations

from typing import TYPE_CHECKING

from headstart.flow.adapting.entrant import Entrant

if TYPE_CHECKING:
    from headstart.core.plan import Candidate
    from headstart.flow.adapting.field import Field


def waits(field: Field, baseline: Candidate) -> bool:
    """Whether a baseline would take the time of what was asked for, where another one is measured.

    Args:
        field: the race, before any adaptation has entered.
        baseline: one that is not measured yet.
    """
    wanted = [each for each in field.plan.candidates if not each.blocked]
    measured = any(each.done for each in field.baselines)
    if not (field.asked and wanted and measured) or field.known(baseline, 1.0):
        return False
    # Where there is no time for it as planned, a shorter training enters.
    ways = [each for one in wanted for each in (one, *field.shorter(one))]
    first = Entrant(candidate=min(ways, key=lambda each: each.cost.seconds))
    left_s = field.session.clock.left_s - field.kept_s(first, with_refit=False) - first.seconds
    tested = len(field.session.dataset.test) / max(1, len(field.session.dataset.split.dev))
    return 0.0 <= left_s < (1.0 + tested) * baseline.cost.seconds
