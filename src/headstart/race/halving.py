"""Who runs on: asynchronous successive halving (Li et al. 2020, algorithm 2) for one worker or several."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

ETA = 3
# How far a gain may exceed what others gained, in their standard deviations: about one in ten does.
HOPE = 1.28
# The spread of gains that is assumed where too few have been seen, as a share of the room to the best
# score there is.
USUAL_GAIN, USUAL_SPREAD = 0.25, 0.25


@dataclass(frozen=True, kw_only=True)
class Runner:
    """A candidate in the race.

    Args:
        scores: its score at each rung that it has finished, greater is better; NaN where it failed.
        out: whether it runs no more.
    """

    scores: tuple[float, ...] = ()
    out: bool = False

    def at(self, rung: int) -> float:
        """Its score at a rung, NaN where it has none."""
        return self.scores[rung] if rung < len(self.scores) else math.nan


def promoted(runners: Sequence[Runner], *, rungs: int, eta: int = ETA) -> int | None:
    """The place of the runner that earns the next rung, from the top down; None where none does.

    A runner earns it by being among the best one in `eta` of all that finished its rung, whatever
    others are still to come.

    Args:
        runners: all that have entered.
        rungs: how many rungs there are.
        eta: one in so many goes on.
    """
    for rung in reversed(range(rungs - 1)):
        there = [place for place, each in enumerate(runners) if not math.isnan(each.at(rung))]
        ranked = sorted(there, key=lambda place: -runners[place].at(rung))
        for place in ranked[: len(there) // eta]:
            if len(runners[place].scores) == rung + 1 and not runners[place].out:
                return place
    return None


def hopeful(runners: Sequence[Runner], *, rungs: int, best: float) -> int | None:
    """The place of the runner with the best prospects of those that have not run the last rung.

    None where none of them may be hoped to reach above who leads there.

    Args:
        runners: all that have entered.
        rungs: how many rungs there are.
        best: the greatest score that the metric has.
    """
    whole = [each for each in runners if len(each.scores) == rungs and not each.out]
    # A score that is undefined leads nobody.
    known = [each.at(rungs - 1) for each in whole if not math.isnan(each.at(rungs - 1))]
    leading = max(known, default=-math.inf)
    hopes = {
        place: reach(runners, place, rungs=rungs, best=best)
        for place, each in enumerate(runners)
        if not each.out and len(each.scores) < rungs
    }
    place = max(hopes, key=lambda each: hopes[each], default=None)
    return place if place is not None and hopes[place] > leading else None


def reach(runners: Sequence[Runner], place: int, *, rungs: int, best: float) -> float:
    """The score that a runner may be hoped to have at the last rung.

    Its learning curve is continued by the gains of those that have run both rungs, which share its
    rows and its task; until two have, by a share of the room that is left.

    Args:
        runners: all that have entered.
        place: the one in question.
        rungs: how many rungs there are.
        best: the greatest score that the metric has.
    """
    runner, last = runners[place], rungs - 1
    rung = len(runner.scores) - 1
    if rung < 0:
        return math.inf
    score = runner.at(rung)
    if math.isnan(score):
        return -math.inf
    if rung >= last:
        return score
    gains = np.array([each.at(last) - each.at(rung) for each in runners])
    gains = gains[np.isfinite(gains)]
    if len(gains) < 2:
        return score + (USUAL_GAIN + HOPE * USUAL_SPREAD) * max(0.0, best - score)
    return score + float(gains.mean() + HOPE * gains.std(ddof=1))
