"""The finalists of a race on further folds, ever fewer of them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from headstart.flow.adapting.folds import after_dev
from headstart.wording import portion_label

if TYPE_CHECKING:
    from collections.abc import Sequence

    from headstart.core.portion import Portion
    from headstart.flow.adapting.field import Field

MOST_FINALISTS, FEWEST = 6, 2
OUT_OF_TIME = "Time was up before all finalists were judged on every fold."


def judge_on_folds(held: Field) -> None:
    """Those that the dev rows can't tell apart are judged on further folds.

    Where there is no time for all of them, those of which most is expected go on: a fold that some have
    not run compares nobody. Where there is none for the first of all, it ends: those that are quick to fit
    must not drive out the one that is more promising.
    """
    held.finalists = held.ranked(MOST_FINALISTS)
    for rounds, portion in enumerate(after_dev(held.session.dataset.split, held.folds), start=1):
        if len(held.finalists) < FEWEST:
            return
        going_on = _with_time(held, portion)
        if len(going_on) < FEWEST or going_on[0] != held.finalists[0]:
            held.said.append(OUT_OF_TIME)
            return
        held.drop(set(held.finalists) - set(going_on), "no time was left to judge it on further folds")
        held.finalists = going_on
        if missing := _judge(held, going_on, portion):
            held.said.append(missing)
            return
        held.finalists = held.ranked(max(FEWEST, math.ceil(MOST_FINALISTS / 2**rounds)))


def _with_time(held: Field, portion: Portion) -> list[int]:
    """The finalists that there is time to judge on a portion, the first ones first."""
    left_s = min(held.left_s(held.entrants[place]) for place in held.finalists)
    found = list[int]()
    for place in held.finalists:
        entrant = held.entrants[place]
        known = held.session.known(entrant.candidate, role="trial", portion=portion)
        if known or entrant.seconds <= left_s:
            left_s -= 0.0 if known else entrant.seconds
            found.append(place)
    return found


def _judge(held: Field, places: Sequence[int], portion: Portion) -> str:
    """Judges them and the baselines on one more portion; why that ended early, or nothing.

    One that fails where others don't is out, and the others are judged on.
    """
    failed: list[int] = []
    for place in places:
        entrant = held.entrants[place]
        held.entrants[place] = entrant = held.run(entrant, portion)
        if entrant.trials[-1].status == "failed":
            failed.append(place)
        elif entrant.trials[-1].status != "done":
            return OUT_OF_TIME
    if len(failed) == len(places):
        return f"No finalist could be judged on {portion_label(portion)}: {entrant.message}"
    held.drop(failed, f"it failed on {portion_label(portion)}")
    held.baselines = [
        held.run(each, portion) if each.done and not each.ready else each for each in held.baselines
    ]
    return ""
