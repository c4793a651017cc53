"""Which share of the rows a candidate learns from next."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from headstart.flow.adapting.entrant import ONCE, Entrant
from headstart.flow.adapting.field import Field
from headstart.flow.adapting.rungs import FIRST_SHARE, next_share, rungs_of
from tests.flow.racing import candidate, plan, session_in

if TYPE_CHECKING:
    from pathlib import Path

SHARES = (FIRST_SHARE, 1.0)
WHOLE_S = 40.0
FIRST_S = WHOLE_S * (ONCE + (1 - ONCE) * FIRST_SHARE)


def split(rows: int, classes: int) -> Any:
    return SimpleNamespace(train=range(rows), task=SimpleNamespace(classes=("a",) * classes))


def test_a_first_rung_wants_rows_enough_and_some_of_each_class():
    assert rungs_of(split(1200, 2)) == SHARES
    assert rungs_of(split(1199, 2)) == (1.0,)
    assert rungs_of(split(1200, 77)) == (1.0,)
    assert rungs_of(split(2464, 77)) == SHARES


@pytest.mark.parametrize(
    ("left_s", "known", "expected"),
    [
        (FIRST_S + WHOLE_S + 1, (), FIRST_SHARE),
        # No time for both: the rung that alone may win.
        (FIRST_S + WHOLE_S - 1, (), 1.0),
        # What an earlier process has fitted takes no time.
        (WHOLE_S - 1, (FIRST_SHARE,), FIRST_SHARE),
        (0.0, SHARES, FIRST_SHARE),
        # Nor is a rung made that an earlier process has passed over.
        (FIRST_S + WHOLE_S + 1, (1.0,), 1.0),
    ],
)
def test_without_time_for_both_rungs_it_is_the_last_one(left_s, known, expected):
    entrant = Entrant(candidate=candidate("full", seconds=WHOLE_S))
    assert next_share(entrant, SHARES, left_s=left_s, known=lambda share: share in known) == expected


def test_the_second_rung_is_the_last_one_however_little_time_is_left():
    entrant = Entrant(candidate=candidate("full", seconds=WHOLE_S))
    assert next_share(entrant, (1.0,), left_s=0.0, known=lambda _: False) == 1.0


def test_in_a_short_race_a_dear_candidate_learns_from_all_rows_at_once_and_may_win(tmp_path: Path):
    """With its refit it would not fit in, nor with a first rung before it."""
    cheap, dear = candidate("probe"), candidate("full", seconds=WHOLE_S)
    planned = replace(plan(), candidates=(cheap, dear))
    right = {"probe": 0.7, "full": 0.95}
    at_once, one_by_one = ["trial: full 0"], ["trial: full 0 of some", "trial: full 0"]
    for within_s, expected in ((60.0, at_once), (600.0, one_by_one)):
        session = session_in(tmp_path / str(within_s), right=right, rows=1600, within_s=within_s)
        held = Field(session=session, plan=planned, folds=1)
        held.measure_baselines()
        held.halve(cheap)
        asked = session.worker.asked  # type: ignore[attr-defined]
        assert [each for each in asked if "full" in each] == expected
        assert held.entrants[1].trial is not None


def test_who_fits_in_enters_before_who_would_be_cut_short(tmp_path: Path):
    cheap = candidate("probe")
    better = replace(candidate("full", seconds=WHOLE_S), quality=(0.6, 0.9))
    quicker = replace(candidate("partial", seconds=WHOLE_S / 4), quality=(0.5, 0.9))
    for within_s, expected in ((45.0, ["probe", "partial", "full"]), (600.0, ["probe", "full", "partial"])):
        session = session_in(tmp_path / str(within_s), rows=200, within_s=within_s)
        planned = replace(plan(), candidates=(cheap, better, quicker))
        held = Field(session=session, plan=planned, folds=1)
        held.measure_baselines()
        held.halve(cheap)
        assert [each.candidate.name for each in held.entrants] == expected
